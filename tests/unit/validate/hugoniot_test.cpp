#include "carillon/validate/hugoniot.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

/// A perfect gas: P = rho c T, E = P / (rho (gamma - 1)); c = 0.3 kJ/g/(1,000 K).
ThermodynamicState perfect_gas(double gamma, double density, double temperature) {
  const double pressure = density * 3e-4 * temperature;
  return {density, temperature, pressure, pressure / density / (gamma - 1)};
}

/// Oracle: the Hugoniot curve of a perfect gas in closed form (Zel'dovich and Raizer, Physics of Shock Waves, Eq. 1.76).
double perfect_gas_pressure_ratio(double gamma, double compression) {
  return ((gamma + 1) * compression - (gamma - 1)) / ((gamma + 1) - (gamma - 1) * compression);
}

TEST(Hugoniot, OfAPerfectGasIsThatInClosedForm) {
  for (const double gamma : {5.0 / 3, 1.4, 1.2}) {
    const ThermodynamicState initial = perfect_gas(gamma, 0.8, 300);
    for (const double compression : {1.5, 2.5, 3.9}) {
      const double density = compression * 0.8;
      std::vector<ThermodynamicState> isochore;
      for (const double temperature : {9000.0, 200.0, 1000.0, 40000.0})
        isochore.push_back(perfect_gas(gamma, density, temperature));
      const std::optional<ShockedState> found = shocked_state(initial, isochore);
      ASSERT_TRUE(found) << gamma << " " << compression;
      const double expected = initial.pressure * perfect_gas_pressure_ratio(gamma, compression);
      EXPECT_NEAR(found->state.pressure, expected, 1e-12 * expected);  // a perfect gas is linear in T: rounding only
      EXPECT_NEAR(hugoniot_residual(initial, found->state), 0, 1e-12 * found->state.energy);
      // Mass and momentum across the front.
      EXPECT_NEAR(0.8 * found->shock_velocity, density * (found->shock_velocity - found->particle_velocity), 1e-12);
      EXPECT_NEAR(0.8 * found->shock_velocity * found->particle_velocity, expected - initial.pressure, 1e-12 * expected);
    }
  }
}

TEST(Hugoniot, IsNotFoundWhereNoneIs) {
  const ThermodynamicState initial = perfect_gas(1.4, 0.8, 300);
  const std::vector<ThermodynamicState> cold = {perfect_gas(1.4, 1.6, 100), perfect_gas(1.4, 1.6, 200)};
  EXPECT_FALSE(shocked_state(initial, cold));
  const std::vector<ThermodynamicState> beyond = {perfect_gas(1.4, 6 * 0.8, 300), perfect_gas(1.4, 6 * 0.8, 90000)};
  EXPECT_FALSE(shocked_state(initial, beyond));  // a perfect gas of 7/5 is compressed sixfold at most
  const std::vector<ThermodynamicState> expanded = {perfect_gas(1.4, 0.5, 10), perfect_gas(1.4, 0.5, 900)};
  EXPECT_FALSE(shocked_state(initial, expanded));
  EXPECT_FALSE(shocked_state(initial, {}));
}

TEST(Hugoniot, TakesTheColdestOfSeveralPoints) {
  const ThermodynamicState initial{1, 100, 0, 0};
  const std::vector<ThermodynamicState> folded = {{2, 1000, 8, 1}, {2, 2000, 8, 3}, {2, 3000, 8, 1}, {2, 4000, 8, 4}};
  const std::optional<ShockedState> found = shocked_state(initial, folded);
  ASSERT_TRUE(found);
  EXPECT_DOUBLE_EQ(found->state.temperature, 1500);
}

TEST(Hugoniot, PassesOverPointsToWhichNoShockLeads) {
  const ThermodynamicState initial{1, 100, 0, 0};  // the residual is E - P / 4: -1, 1, -1, 1
  const std::vector<ThermodynamicState> folded = {{2, 1000, -8, -3}, {2, 2000, -8, -1}, {2, 3000, 8, 1}, {2, 4000, 8, 3}};
  const std::optional<ShockedState> found = shocked_state(initial, folded);
  ASSERT_TRUE(found);  // at 1500 K the pressure is -8, at 2500 K it is that of the initial state
  EXPECT_DOUBLE_EQ(found->state.temperature, 3500);
  EXPECT_DOUBLE_EQ(found->state.pressure, 8);
  EXPECT_FALSE(shocked_state(initial, std::span(folded).first(3)));
}

TEST(Hugoniot, RefusesWhatIsNoIsochore) {
  const ThermodynamicState initial = perfect_gas(1.4, 0.8, 300);
  const std::vector<ThermodynamicState> two = {perfect_gas(1.4, 1.6, 300), perfect_gas(1.4, 1.7, 3000)};
  EXPECT_THROW(shocked_state(initial, two), DomainError);
  std::vector<ThermodynamicState> broken = {perfect_gas(1.4, 1.6, 300)};
  broken[0].energy = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(shocked_state(initial, broken), DomainError);
  EXPECT_THROW(shocked_state(ThermodynamicState{}, two), DomainError);
}

TEST(Hugoniot, AClassicalVibrationHoldsTooMuchEnergy) {
  const double k = units::boltzmann_ev_per_kelvin;
  EXPECT_NEAR(classical_excess_of_vibration(10, 3364), 10 * k, 1e-15);  // frozen: all of k T
  // Far above theta, k T - k theta / (exp(theta / T) - 1) -> k theta / 2, which is the zero-point energy.
  EXPECT_NEAR(classical_excess_of_vibration(1e6, 3364), 0.5 * 3364 * k, 1e-3 * 3364 * k);
  EXPECT_THROW(classical_excess_of_vibration(0, 3364), DomainError);
}

}  // namespace
}  // namespace carillon
