#include "carillon/fit/residual.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "made_data.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::made_frame;
using testing::random_basis;
using testing::random_coefficients;

TEST(Residual, WithoutFrozenBlocksItIsTheReference) {
  const Structure frame = made_frame({"cn", {"C", "N"}, 6}, 1);
  const Target target = residual_target(frame, nullptr);
  EXPECT_EQ(target.energy, frame.energy);
  EXPECT_EQ(target.forces, frame.forces);
  EXPECT_EQ(target.stress, frame.stress);
}

TEST(Residual, FrozenBlocksAreSubtractedFromWhatThereIs) {
  const BasisSet basis = random_basis(elements({"C"}));
  const ChimesPotential frozen(basis, random_coefficients(basis, 3));
  Structure frame = made_frame({"cn", {"C", "N"}, 6}, 1);
  const Prediction known = frozen.evaluate(frame);
  const Target target = residual_target(frame, &frozen);
  EXPECT_EQ(*target.energy, *frame.energy - known.energy);
  EXPECT_EQ(*target.stress, *frame.stress - known.stress);
  for (std::size_t i = 0; i < frame.size(); ++i) EXPECT_EQ((*target.forces)[i], (*frame.forces)[i] - known.forces[i]);
  EXPECT_GT(std::abs(known.energy), 0.1);

  frame.energy.reset();
  frame.stress.reset();
  const Target forces_only = residual_target(frame, &frozen);
  EXPECT_FALSE(forces_only.energy);
  EXPECT_FALSE(forces_only.stress);
  EXPECT_EQ(forces_only.forces, target.forces);
}

/// Atoms of elements the frozen blocks do not know must not stop the subtraction.
TEST(Residual, FrozenBlocksNeedNotKnowAllElements) {
  const BasisSet basis = random_basis(elements({"H"}));
  const ChimesPotential frozen(basis, random_coefficients(basis, 3));
  const Structure frame = made_frame({"cn", {"C", "N"}, 6}, 1);
  EXPECT_EQ(residual_target(frame, &frozen).energy, frame.energy);
}

Structure two_atoms(const std::string& label) {
  Structure frame;
  frame.label = label;
  frame.species = elements({"C", "C"});
  frame.positions.assign(2, Eigen::Vector3d::Zero());
  frame.forces = {Eigen::Vector3d(3, 0, 0), Eigen::Vector3d(0, 4, 0)};
  return frame;
}

Target target_with(double scale, const Structure& frame) {
  Target target;
  target.forces = frame.forces;
  for (Eigen::Vector3d& force : *target.forces) force *= scale;
  return target;
}

TEST(ResidualTally, RootMeanSquaresByStatePoint) {
  ResidualTally tally;
  tally.add(two_atoms("cold"), target_with(2, two_atoms("cold")));
  tally.add(two_atoms("cold"), target_with(0, two_atoms("cold")));
  tally.add(two_atoms("hot"), target_with(0.5, two_atoms("hot")));
  ASSERT_EQ(tally.labels().size(), 2u);
  const ResidualTally::Entry& cold = tally.labels().at("cold");
  EXPECT_EQ(cold.count, 12);
  EXPECT_DOUBLE_EQ(cold.reference_rms(), std::sqrt(25.0 / 6));
  EXPECT_DOUBLE_EQ(cold.residual_rms(), std::sqrt(100.0 / 12));
  EXPECT_DOUBLE_EQ(cold.ratio(), std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(tally.labels().at("hot").ratio(), 0.5);
}

TEST(ResidualTally, FramesWithoutForcesAreNotCounted) {
  ResidualTally tally;
  Structure frame = two_atoms("cold");
  frame.forces.reset();
  tally.add(frame, {});
  EXPECT_TRUE(tally.labels().empty());
}

TEST(ResidualTally, MergedAndSentItIsTheSame) {
  ResidualTally whole, first, second;
  whole.add(two_atoms("cold"), target_with(2, two_atoms("cold")));
  whole.add(two_atoms("hot: \"5\""), target_with(1.0 / 3, two_atoms("hot")));
  first.add(two_atoms("cold"), target_with(2, two_atoms("cold")));
  second.add(two_atoms("hot: \"5\""), target_with(1.0 / 3, two_atoms("hot")));
  first.merge(ResidualTally::deserialize(second.serialize()));
  EXPECT_EQ(first.serialize(), whole.serialize());
  EXPECT_EQ(first.labels().at("hot: \"5\"").residual_sum, whole.labels().at("hot: \"5\"").residual_sum);
}

}  // namespace
}  // namespace carillon
