#include "carillon/validate/equation_of_state.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// The Birch-Murnaghan energy as textbooks write it.
double textbook(const EquationOfState& state, double volume) {
  const double x = std::pow(state.volume / volume, 2.0 / 3) - 1;
  return state.energy + 9.0 / 16 * state.volume * state.bulk_modulus * x * x * (x * state.slope + 2 - 4 * x);
}

TEST(EquationOfState, RecoversItsParameters) {
  const EquationOfState made{5.7, -155.2, 2.72, 3.6};
  std::vector<double> volumes, energies;
  for (const double factor : {1.08, 1.04, 1.0, 0.96, 0.9, 0.82, 0.74}) {
    volumes.push_back(factor * made.volume);
    energies.push_back(textbook(made, volumes.back()));
  }
  const auto found = fit_equation_of_state(volumes, energies);
  ASSERT_TRUE(found);
  // Energies of size 155 hold 1e-14 of it; the condition of the cubic in its centred powers is about 1e5.
  EXPECT_NEAR(found->volume, made.volume, 1e-7);
  EXPECT_NEAR(found->energy, made.energy, 1e-9);
  EXPECT_NEAR(found->bulk_modulus, made.bulk_modulus, 1e-5);
  EXPECT_NEAR(found->slope, made.slope, 1e-4);
}

TEST(EquationOfState, SaysWhenThereIsNone) {
  EXPECT_FALSE(fit_equation_of_state({4, 5, 6}, {1, 0, 1}));                  // three points
  EXPECT_FALSE(fit_equation_of_state({4, 5, 6, 7, 8}, {5, 4, 3, 2.2, 1.5}));  // still falling at the largest
  EXPECT_THROW(fit_equation_of_state({4, 5}, {1}), ShapeError);
}

}  // namespace
}  // namespace carillon
