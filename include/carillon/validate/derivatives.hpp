#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "carillon/data/structure.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

struct DerivativeOptions {
  double step = 2e-3;    ///< Å; the larger of the two displacements
  double strain = 5e-4;  ///< the larger of the two strains
  /// At most so many atoms, spread evenly over the structure, are moved.
  std::size_t atoms = std::numeric_limits<std::size_t>::max();
};

/// Largest disagreement between derivatives a potential reports and those of its energy.
struct DerivativeDeviation {
  long count = 0;        ///< components checked
  double relative = 0;   ///< |reported - numerical| / scale, the largest
  double scale = 0;      ///< largest |reported| component, but at least the floor given at check_derivatives
  std::size_t atom = 0;  ///< of the worst component; forces only
  int component = 0;     ///< of the worst: x y z, or Voigt xx yy zz yz xz xy
  double reported = 0;   ///< there
  double numerical = 0;  ///< there
};

struct DerivativeCheck {
  DerivativeDeviation force;   ///< eV/Å
  DerivativeDeviation stress;  ///< eV/Å³; count 0 for a structure without a volume
  double largest_relative() const { return std::max(force.relative, stress.relative); }
};

/// Compares forces and stress with central differences of the energy at two steps h and h/2, extrapolated after Richardson:
/// (4 D(h/2) - D(h)) / 3, with an error of order h⁴ where the energy is smooth, and about epsilon |E| / h by rounding.
/// Where an atom pair crosses a cutoff at which the third derivative jumps, the error is of order h².
///
/// Scales have a floor of 0.1 eV/Å and 1e-3 eV/Å³, so that rounding in a perfect crystal is not taken for an error.
///
/// @throws DomainError  steps not positive, or an energy, force or stress that is not finite
/// @throws ShapeError   forces of another number of atoms
/// Cost: 12 energies an atom moved, and 24 for the stress.
DerivativeCheck check_derivatives(const Potential& potential, const Structure& structure, const DerivativeOptions& options = {});

}  // namespace carillon
