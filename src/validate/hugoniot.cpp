#include "carillon/validate/hugoniot.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

constexpr double same_density = 1e-6;  // of itself: cells are written with eight decimals

void require_sound(const ThermodynamicState& state) {
  const bool finite = std::isfinite(state.temperature) && std::isfinite(state.pressure) && std::isfinite(state.energy);
  if (!finite || !(state.density > 0) || !std::isfinite(state.density))
    throw DomainError("hugoniot: a state has numbers that are not finite, or no density");
}

/// The state at `weight` of the way from one state to another of the same density.
ThermodynamicState between(const ThermodynamicState& a, const ThermodynamicState& b, double weight) {
  const auto mix = [weight](double x, double y) { return x + weight * (y - x); };
  return {a.density, mix(a.temperature, b.temperature), mix(a.pressure, b.pressure), mix(a.energy, b.energy)};
}

std::optional<ShockedState> with_velocities(const ThermodynamicState& initial, const ThermodynamicState& state) {
  const double compression = 1 / initial.density - 1 / state.density;
  const double rise = state.pressure - initial.pressure;
  if (!(compression > 0 && rise > 0)) return std::nullopt;
  return ShockedState{state, std::sqrt(rise / compression) / initial.density, std::sqrt(rise * compression)};
}

}  // namespace

double hugoniot_residual(const ThermodynamicState& initial, const ThermodynamicState& state) {
  return state.energy - initial.energy - 0.5 * (state.pressure + initial.pressure) * (1 / initial.density - 1 / state.density);
}

std::optional<ShockedState> shocked_state(const ThermodynamicState& initial, std::span<const ThermodynamicState> isochore) {
  require_sound(initial);
  std::vector<ThermodynamicState> states(isochore.begin(), isochore.end());
  for (const ThermodynamicState& state : states) {
    require_sound(state);
    if (std::abs(state.density - states.front().density) > same_density * states.front().density)
      throw DomainError("hugoniot: the states of an isochore have different densities");
  }
  std::sort(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.temperature < b.temperature; });
  for (std::size_t k = 1; k < states.size(); ++k) {
    const double low = hugoniot_residual(initial, states[k - 1]);
    const double high = hugoniot_residual(initial, states[k]);
    if ((low <= 0) == (high <= 0)) continue;
    if (const auto found = with_velocities(initial, between(states[k - 1], states[k], low / (low - high)))) return found;
  }
  return std::nullopt;
}

double classical_excess_of_vibration(double temperature, double theta) {
  if (!(temperature > 0 && theta > 0)) throw DomainError("hugoniot: temperatures have to be positive");
  return units::boltzmann_ev_per_kelvin * (temperature - theta / std::expm1(theta / temperature));
}

}  // namespace carillon
