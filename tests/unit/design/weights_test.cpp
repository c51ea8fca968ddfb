#include "carillon/design/weights.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/random_models.hpp"

namespace carillon {
namespace {

/// Ten atoms in a box of 8 Å³.
Structure frame(const std::string& label = "") {
  Structure structure;
  structure.label = label;
  structure.species.assign(10, *Element::from_symbol("C"));
  structure.positions.assign(10, Eigen::Vector3d::Zero());
  structure.cell.vectors = 2 * Eigen::Matrix3d::Identity();
  structure.cell.periodic = {true, true, true};
  return structure;
}

TEST(Weights, AreOneUnlessSaidOtherwise) {
  const Weights weights;
  EXPECT_EQ(weights.force_factor(frame("a")), 1);
  EXPECT_EQ(weights.energy_factor(frame("a")), 1);
  for (int v = 0; v < 6; ++v) EXPECT_EQ(weights.stress_factor(frame("a"), v), 1);
}

TEST(Weights, EachKindOfRowHasItsFactor) {
  const Weights weights{.force = 2, .energy = 0.3, .stress = 100, .labels = {}};
  EXPECT_EQ(weights.force_factor(frame()), 2);
  EXPECT_EQ(weights.energy_factor(frame()), 0.3);
  EXPECT_EQ(weights.stress_factor(frame(), 0), 100);
  EXPECT_EQ(weights.stress_factor(frame(), 5), 100);
}

/// A row counted m times adds m squared residuals: its factor grows by the root of m. Only shear is counted twice.
TEST(Weights, AMultiplicityCountsTheSquaredResidual) {
  const Weights weights{.energy = 0.3, .stress = 100, .energy_multiplicity = 3, .shear_multiplicity = 2, .labels = {}};
  EXPECT_DOUBLE_EQ(std::pow(weights.energy_factor(frame()), 2), 3 * 0.3 * 0.3);
  for (int v = 0; v < 3; ++v) EXPECT_EQ(weights.stress_factor(frame(), v), 100);
  for (int v = 3; v < 6; ++v) EXPECT_DOUBLE_EQ(std::pow(weights.stress_factor(frame(), v), 2), 2 * 1e4);
  EXPECT_EQ(weights.force_factor(frame()), 1);
}

TEST(Weights, ALabelMultipliesAllRowsOfItsFrames) {
  const Weights weights{.force = 2, .energy = 3, .stress = 5, .labels = {{"hot", 0.5}}};
  EXPECT_EQ(weights.force_factor(frame("hot")), 1);
  EXPECT_EQ(weights.energy_factor(frame("hot")), 1.5);
  EXPECT_EQ(weights.stress_factor(frame("hot"), 4), 2.5);
  EXPECT_EQ(weights.force_factor(frame("cold")), 2);
}

TEST(Weights, EnergyMayCountPerAtomAndStressPerCell) {
  const Weights weights{.energy = 3, .stress = 5, .energy_per_atom = true, .stress_times_volume = true, .labels = {}};
  EXPECT_DOUBLE_EQ(weights.energy_factor(frame()), 0.3);
  EXPECT_DOUBLE_EQ(weights.stress_factor(frame(), 1), 40);
}

}  // namespace
}  // namespace carillon
