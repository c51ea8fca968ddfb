#pragma once

#include <functional>
#include <span>
#include <vector>

#include "carillon/data/structure.hpp"

namespace carillon::kim {

/// A simulator's particles as a DomainPotential takes them: those that contribute, then the others within its reach.
struct Particles {
  Structure atoms;
  std::size_t contributing = 0;
  std::vector<std::size_t> number;  ///< [atoms], the simulator's
};

/// What the simulator hands over.
struct GivenParticles {
  std::span<const int> species;         ///< [particles], species codes
  std::span<const int> contributing;    ///< [particles], 0 or 1
  std::span<const double> coordinates;  ///< [3 * particles], Å
};

/// @param elements    by species code
/// @param neighbors   neighbors(i): numbers of particles around particle i, at least those closer than `cutoff`
/// @throws InputError  a species code that is none
Particles arrange(const std::vector<Element>& elements, const GivenParticles& given,
                  const std::function<std::span<const int>(std::size_t)>& neighbors, double cutoff);

}  // namespace carillon::kim
