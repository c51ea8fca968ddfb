#pragma once

#include <span>
#include <vector>

#include "carillon/data/structure.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/solve/matrix.hpp"

namespace carillon {

/// A frame's force rows by one block, as columns for Information, weighted as in the block's fit; shape [columns, 3N].
/// Cost and memory of the design rows.
Matrix force_rows(const MomentRows& rows, double force_weight, const Structure& structure);

/// How far each atom lies from what a block was fitted on: the square root of the largest leverage of its three force rows, which
/// is the standard deviation that the coefficients leave of this force over the noise of the fit. Above 1 the block extrapolates:
/// its data say less about the force than a label of it would. 0 where the block has no cluster.
///
/// @param leverages  Information::leverages of force_rows, [3N]
/// @return           [N]
std::vector<double> extrapolation_grades(std::span<const double> leverages);

}  // namespace carillon
