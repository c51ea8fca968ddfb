#pragma once

#include <vector>

#include "carillon/data/finding.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

/// Mean force of a cell, eV/Å, from which it is reported: no potential can follow it, so it is a floor of the force error.
inline constexpr double notable_mean_force = 0.005;  ///< warning, where it is a thousandth of the components' rms, too
inline constexpr double harmful_mean_force = 0.05;   ///< error; so is a mean force beyond a tenth of the components' rms

/// Forces of a frame that do not sum to zero.
/// Cost O(atoms).
std::vector<Finding> find_net_force(const Structure& frame);

}  // namespace carillon
