#pragma once

#include <span>
#include <vector>

#include "carillon/data/structure.hpp"

namespace carillon::kim {

/// A simulator's particles as a DomainPotential takes them: those that contribute, then the others.
struct Particles {
  Structure atoms;
  std::size_t contributing = 0;
  std::vector<std::size_t> number;  ///< [atoms], the simulator's
};

/// @param elements      by species code
/// @param species       [particles], species codes
/// @param contributing  [particles], 0 or 1
/// @param coordinates   [3 * particles], Å
/// @throws InputError   a species code that is none
Particles arrange(const std::vector<Element>& elements, std::span<const int> species, std::span<const int> contributing,
                  std::span<const double> coordinates);

}  // namespace carillon::kim
