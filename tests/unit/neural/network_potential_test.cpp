#include "carillon/neural/network_potential.hpp"

#include <gtest/gtest.h>

#include <Eigen/Geometry>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "network_checks.hpp"
#include "random_networks.hpp"
#include "support/largest_deviation.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::random_network;
using testing::random_structure;

TEST(NetworkPotential, FiniteDifferencesOfForcesAndStress) {
  for (const auto& members : {elements({"C"}), elements({"C", "N"})})
    for (const Activation kind : {Activation::tanh, Activation::silu, Activation::gelu})
      testing::expect_derivatives_of_energy(NetworkPotential(random_network(members, 5, kind)),
                                            random_structure(members, 5, 3.7, 1.4, 21));
}

/// The tolerance is rounding: some thousand terms of size 1.
void expect_same(const Prediction& found, const Prediction& expected, double copies = 1) {
  EXPECT_NEAR(found.energy, copies * expected.energy, 1e-10 * copies);
  EXPECT_LT((found.stress - expected.stress).norm(), 1e-10);
}

TEST(NetworkPotential, InvariantUnderRotation) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 6));
  const Structure structure = random_structure(elements({"C", "N"}), 6, 4, 1.4, 3);
  const Eigen::Matrix3d rotation = Eigen::AngleAxisd(0.7, Eigen::Vector3d(1, 2, -1).normalized()).toRotationMatrix();
  Structure rotated = structure;
  rotated.cell.vectors = structure.cell.vectors * rotation.transpose();
  for (Eigen::Vector3d& position : rotated.positions) position = (rotation * position).eval();
  Prediction expected = potential.evaluate(structure);
  const Prediction found = potential.evaluate(rotated);
  expected.stress = (rotation * expected.stress * rotation.transpose()).eval();
  expect_same(found, expected);
  for (std::size_t i = 0; i < structure.size(); ++i) EXPECT_LT((found.forces[i] - rotation * expected.forces[i]).norm(), 1e-10);
}

TEST(NetworkPotential, InvariantUnderPermutationOfAtoms) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 6));
  const Structure structure = random_structure(elements({"C", "N"}), 6, 4, 1.4, 3);
  const std::vector<std::size_t> order = {4, 0, 3, 5, 1, 2};
  Structure permuted = structure;
  for (std::size_t i = 0; i < order.size(); ++i) {
    permuted.species[i] = structure.species[order[i]];
    permuted.positions[i] = structure.positions[order[i]];
  }
  const Prediction expected = potential.evaluate(structure);
  const Prediction found = potential.evaluate(permuted);
  expect_same(found, expected);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_LT((found.forces[i] - expected.forces[order[i]]).norm(), 1e-10);
}

/// More atoms than one run of the evaluation takes, against one cell smaller than the cutoff.
TEST(NetworkPotential, InvariantUnderRepetitionOfTheCell) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 6));
  const Structure structure = random_structure(elements({"C", "N"}), 5, 3.6, 1.3, 4);
  Structure large = structure;
  large.species.clear();
  large.positions.clear();
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b)
      for (int c = 0; c < 3; ++c)
        for (std::size_t i = 0; i < structure.size(); ++i) {
          large.species.push_back(structure.species[i]);
          large.positions.push_back(structure.positions[i] + structure.cell.vectors.transpose() * Eigen::Vector3d(a, b, c));
        }
  large.cell.vectors *= 3;
  const Prediction expected = potential.evaluate(structure);
  const Prediction found = potential.evaluate(large);
  expect_same(found, expected, 27);
  for (std::size_t i = 0; i < large.size(); ++i)
    EXPECT_LT((found.forces[i] - expected.forces[i % structure.size()]).norm(), 1e-10);
}

TEST(NetworkPotential, TheSameBitsForAnyNumberOfThreads) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 6));
  const Structure structure = random_structure(elements({"C", "N"}), 70, 9, 1.5, 4);
  const int before = threads();
  set_threads(1);
  const Prediction one = potential.evaluate(structure);
  set_threads(2);
  const Prediction two = potential.evaluate(structure);
  set_threads(before);
  EXPECT_EQ(one.energy, two.energy);
  EXPECT_EQ(one.stress, two.stress);
  EXPECT_EQ(one.forces, two.forces);
}

TEST(NetworkPotential, AnAtomAloneHasNoForces) {
  const NetworkModel model = random_network(elements({"C", "N"}), 6);
  Structure lone;
  lone.species = elements({"N"});
  lone.positions = {Eigen::Vector3d(1, 2, 3)};
  const Prediction prediction = NetworkPotential(model).evaluate(lone);
  const NetworkAtoms nothing{{{1, {0}}}, model.scalers[1].apply(Eigen::MatrixXd::Zero(model.network->inputs(), 1)), {}};
  const auto state = model.network->make_state();
  EXPECT_NEAR(prediction.energy, model.shifts[1] + model.network->atom_energies(model.weights, nothing, *state)[0], 1e-13);
  EXPECT_EQ(prediction.forces[0].norm(), 0);
  EXPECT_EQ(prediction.stress.norm(), 0);
}

TEST(NetworkPotential, RefusesUnknownElements) {
  Structure structure = random_structure(elements({"C", "N", "H"}), 6, 5, 1.2, 3);
  structure.origin = {"f.extxyz", 3, 1, -1};
  EXPECT_EQ(testing::message_of<InputError>([&] {
              NetworkPotential(random_network(elements({"C", "N"}), 1)).evaluate(structure);
            }),
            "f.extxyz:3: frame 1, atom 2: element H is not part of the model C-N");
}

}  // namespace
}  // namespace carillon
