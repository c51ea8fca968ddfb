#pragma once

#include <optional>
#include <vector>

namespace carillon {

/// A third-order Birch-Murnaghan equation of state (doi:10.1103/PhysRev.71.809) at its minimum.
struct EquationOfState {
  double volume = 0;        ///< Å³/atom
  double energy = 0;        ///< eV/atom
  double bulk_modulus = 0;  ///< eV/Å³
  double slope = 0;         ///< dB/dP, dimensionless
};

/// Fits it by least squares: in x = V^(-2/3) it is a polynomial of third degree, so nothing has to be guessed.
///
/// @param volumes   Å³/atom, positive
/// @param energies  eV/atom
/// @return nothing for fewer than four volumes, or when the polynomial has no minimum between the smallest and the largest
/// @throws ShapeError  arrays of different lengths
std::optional<EquationOfState> fit_equation_of_state(const std::vector<double>& volumes, const std::vector<double>& energies);

}  // namespace carillon
