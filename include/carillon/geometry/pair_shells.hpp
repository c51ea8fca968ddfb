#pragma once

#include <vector>

namespace carillon {

/// Where the shells of neighbours of a pair of elements lie, Å. A shell that does not show is 0.
struct PairShells {
  double first_peak = 0;
  double first_minimum = 0;   ///< after the first peak
  double second_minimum = 0;  ///< after the second
};

/// Reads the shells off a radial distribution function.
///
/// It is smoothed by a Gaussian of 0.06 Å first. The first peak is the first maximum that reaches 0.3 of the highest (a shoulder
/// of few close pairs is none). A minimum ends where the curve has risen by 0.15 above it, a peak where it has fallen by 0.15
/// below: less is noise. A flat minimum (no pairs at all between two shells) counts at its middle.
///
/// @param distribution  at the centres of bins of `width` Å, from 0 on
PairShells pair_shells(const std::vector<double>& distribution, double width);

}  // namespace carillon
