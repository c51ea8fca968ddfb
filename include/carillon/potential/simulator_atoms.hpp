#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "carillon/data/structure.hpp"

namespace carillon {

/// The atoms that a processor of a simulator sees, in the arrays that LAMMPS and the KIM API keep.
struct SimulatorAtoms {
  std::span<const int> codes;           ///< [atoms], numbers of elements; negative: an atom that the model leaves out
  std::span<const int> owned;           ///< [atoms], 0 for a ghost: an atom of another processor, or a periodic image
  std::span<const double> coordinates;  ///< [3 * atoms], Å
};

/// The same atoms as a DomainPotential takes them: the owned ones, then the ghosts that may be within its reach.
struct Domain {
  Structure atoms;
  std::size_t owned = 0;
  std::vector<std::size_t> number;  ///< [atoms], the simulator's
};

/// A simulator keeps more ghosts than a potential reaches, so that it need not look for new ones at every step: those farther than
/// the cutoff from the box around the owned atoms stay out.
/// @param elements  by their number in `given`
/// @param cutoff    the potential's, Å
/// @throws InputError  a number that no element has
/// Cost O(atoms).
Domain domain_of(const std::vector<Element>& elements, const SimulatorAtoms& given, double cutoff);

}  // namespace carillon
