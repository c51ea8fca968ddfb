#pragma once

#include <span>
#include <vector>

namespace carillon {

/// How far each atom lies from what a block was fitted on: the square root of the largest leverage of its three force rows, which
/// is the standard deviation that the coefficients leave of this force over the noise of the fit. Above 1 the block extrapolates:
/// its data say less about the force than a label of it would. 0 where the block has no cluster.
///
/// @param leverages  Information::leverages of label_rows, of which the first 3N count
/// @return           [atoms]
std::vector<double> extrapolation_grades(std::span<const double> leverages, std::size_t atoms);

}  // namespace carillon
