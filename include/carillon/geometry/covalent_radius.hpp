#pragma once

#include "carillon/core/element.hpp"

namespace carillon {

/// Covalent radius, Å (Cordero et al. 2008, DOI 10.1039/b801115j; sp3 carbon, low-spin Mn, Fe and Co); 1.5 for elements beyond
/// curium, which that table does not have.
double covalent_radius(Element element);

/// Half the sum of two covalent radii, Å: no bond of any chemistry is that short, and no frame of a sane simulation holds such a
/// pair (C-C 0.76, C-N 0.74, N-N 0.71, H-H 0.31).
double implausible_distance(Element a, Element b);

}  // namespace carillon
