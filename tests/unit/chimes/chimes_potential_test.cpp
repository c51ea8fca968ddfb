#include "carillon/chimes/chimes_potential.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/design/reference_energy.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::random_basis;
using testing::random_coefficients;
using testing::random_structure;

Hierarchy carbon_nitrogen(const ComposeOptions& options = {}) {
  const BasisSet basis = random_basis(elements({"C", "N"}));
  return compose(split_into_blocks(basis, random_coefficients(basis, 5), {}), options);
}

TEST(ChimesPotential, KnowsItsElementsAndReach) {
  const ChimesPotential potential(carbon_nitrogen());
  EXPECT_EQ(potential.elements(), elements({"C", "N"}));
  EXPECT_EQ(potential.cutoff(), joined_basis(carbon_nitrogen().blocks).cutoff());
  EXPECT_NE(potential.description().find("block model C-N"), std::string::npos);
}

TEST(ChimesPotential, EqualsTheReferenceKernel) {
  const Hierarchy model = carbon_nitrogen();
  const Structure structure = random_structure(elements({"C", "N"}), 8, 4.6, 1.05, 3);
  const Prediction found = ChimesPotential(model).evaluate(structure);
  const ClusterEnergy expected = reference_energy(joined_basis(model.blocks), joined_coefficients(model.blocks), structure);
  EXPECT_NEAR(found.energy, expected.energy, 1e-11 * std::abs(expected.energy));
  double largest = 0;
  for (const Eigen::Vector3d& force : expected.forces) largest = std::max(largest, force.norm());
  for (std::size_t i = 0; i < structure.size(); ++i)
    EXPECT_NEAR((found.forces[i] - expected.forces[i]).norm(), 0, 1e-11 * largest);
  EXPECT_NEAR((found.stress - expected.virial / structure.cell.volume()).norm(), 0, 1e-11 * found.stress.norm());
  EXPECT_EQ(found.stress, found.stress.transpose());
}

TEST(ChimesPotential, AModelRefusesUnknownElementsABareBlockDoesNot) {
  Structure structure = random_structure(elements({"C", "N", "H"}), 6, 5, 1.2, 3);
  structure.origin = {"f.extxyz", 3, 1, -1};
  const Hierarchy model = carbon_nitrogen();
  EXPECT_EQ(message_of<InputError>([&] { ChimesPotential(model).evaluate(structure); }),
            "f.extxyz:3: frame 1, atom 2: element H is not part of the model C-N");
  EXPECT_NO_THROW(ChimesPotential(joined_basis(model.blocks), joined_coefficients(model.blocks)).evaluate(structure));
}

TEST(ChimesPotential, CoefficientsMustFitTheBasis) {
  const BasisSet basis = random_basis(elements({"C"}));
  EXPECT_NE(message_of<ShapeError>([&] { ChimesPotential(basis, {1, 2, 3}); }), "");
}

TEST(ChimesPotential, ABlockOfConstantsHasNoForces) {
  const BasisSet basis({ClusterType(elements({"C"}), 1, {}, {}), ClusterType(elements({"N"}), 1, {}, {})});
  const Prediction prediction =
      ChimesPotential(basis, {-2, -3}).evaluate(random_structure(elements({"C", "N", "N"}), 6, 5, 1.2, 3));
  EXPECT_EQ(prediction.energy, -16);
  for (const Eigen::Vector3d& force : prediction.forces) EXPECT_EQ(force.norm(), 0);
  EXPECT_EQ(prediction.stress.norm(), 0);
}

/// docs/theory.md, Eq. 7, added to the cluster terms of a pair closer than inner + distance.
TEST(ChimesPotential, PenaltyByHand) {
  const Penalty penalty{0.3, 500};
  const double inner = carbon_nitrogen().blocks[0].basis.types()[1].slots()[0].inner;
  const double depth = 0.2;
  Structure dimer;
  dimer.species = elements({"C", "C"});
  dimer.positions = {Eigen::Vector3d(3, 3, 3), Eigen::Vector3d(3 + inner + penalty.distance - depth, 3, 3)};
  dimer.cell.vectors = 20 * Eigen::Matrix3d::Identity();
  dimer.cell.periodic = {true, true, true};
  const Prediction with = ChimesPotential(carbon_nitrogen({penalty, {}})).evaluate(dimer);
  const Prediction without = ChimesPotential(carbon_nitrogen()).evaluate(dimer);
  EXPECT_NEAR(with.energy - without.energy, 500 * std::pow(depth, 3), 1e-10);
  const double push = 3 * 500 * depth * depth;
  EXPECT_NEAR((with.forces[0] - without.forces[0] + Eigen::Vector3d(push, 0, 0)).norm(), 0, 1e-9);
  EXPECT_NEAR((with.forces[1] - without.forces[1] - Eigen::Vector3d(push, 0, 0)).norm(), 0, 1e-9);
  const double pressure = push * (inner + penalty.distance - depth) / dimer.cell.volume();
  EXPECT_NEAR(with.stress(0, 0) - without.stress(0, 0), -pressure, 1e-12);
  EXPECT_NEAR(with.stress(1, 1), without.stress(1, 1), 1e-15);
}

TEST(ChimesPotential, JoinedBlocksKeepTheirOrder) {
  const Hierarchy model = carbon_nitrogen();
  const BasisSet basis = joined_basis(model.blocks);
  const std::vector<double> coefficients = joined_coefficients(model.blocks);
  ASSERT_EQ(static_cast<std::size_t>(basis.columns()), coefficients.size());
  EXPECT_EQ(coefficients.front(), model.blocks.front().coefficients.front());
  EXPECT_EQ(coefficients.back(), model.blocks.back().coefficients.back());
  EXPECT_EQ(basis.types().back().name(), "CNNN");
}

}  // namespace
}  // namespace carillon
