#pragma once

#include <optional>
#include <span>

namespace carillon {

/// Matter at rest, in the units of shock physics: 1 GPa·cm³/g = 1 kJ/g = 1 km²/s².
struct ThermodynamicState {
  double density = 0;      ///< g/cm³
  double temperature = 0;  ///< K
  double pressure = 0;     ///< GPa
  double energy = 0;       ///< internal, kJ/g; its zero is that of all states it is compared with
};

/// What a shock makes of an initial state.
struct ShockedState {
  ThermodynamicState state;
  double shock_velocity = 0;     ///< us, km/s
  double particle_velocity = 0;  ///< up, km/s
};

/// By how much the Rankine-Hugoniot relation is missed, kJ/g: (E - E0) - (P + P0) (1/rho0 - 1/rho) / 2 (docs/validation.md).
double hugoniot_residual(const ThermodynamicState& initial, const ThermodynamicState& state);

/// Where an isochore meets the Hugoniot curve of `initial`: the zero of hugoniot_residual(), linear between neighbouring
/// temperatures.
///
/// Of several zeros that of the lowest temperature counts to which a shock leads: denser and at a higher pressure. Velocities are
/// those of the jump conditions: us = sqrt((P - P0) / (1/rho0 - 1/rho)) / rho0 and up = (1 - rho0/rho) us.
///
/// @param isochore  states of one density, in any order
/// @return          nothing when the residual does not change its sign between them, or a shock leads to none of its zeros
/// @throws DomainError  a state whose numbers are not finite, or densities that are not positive or differ by more than 1e-6 of
/// themselves
/// Cost O(n log n).
std::optional<ShockedState> shocked_state(const ThermodynamicState& initial, std::span<const ThermodynamicState> isochore);

/// By how much a harmonic oscillator's energy in quantum statistics, above its zero-point energy, is lower than the k T of
/// classical dynamics: k T - k theta / (exp(theta / T) - 1), in eV.
///
/// @param temperature  K, > 0
/// @param theta        K, vibrational temperature h nu / k, > 0
double classical_excess_of_vibration(double temperature, double theta);

}  // namespace carillon
