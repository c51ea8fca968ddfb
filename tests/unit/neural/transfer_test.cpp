#include "carillon/neural/transfer.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>

#include "carillon/core/error.hpp"
#include "carillon/neural/reference_corrections.hpp"
#include "random_networks.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::LabelledFrames;
using testing::message_of;
using testing::random_network;

StartSpec mapped(const std::vector<std::pair<const char*, const char*>>& pairs) {
  StartSpec start;
  start.from = "source";
  for (const auto& [there, here] : pairs) start.map[elements({there})[0]] = elements({here})[0];
  return start;
}

/// A germanium crystal 1.3 times as large: silicon's network with its lengths scaled says the same, forces are 1/1.3.
TEST(Transfer, ScaledLengthsGiveTheSameEnergies) {
  const NetworkModel silicon = random_network(elements({"Si"}), 3);
  StartSpec start = mapped({{"Si", "Ge"}});
  start.length_scale = 1.3;
  const NetworkModel germanium = adapted_source(silicon, start, elements({"Ge"}));
  const Structure small = testing::random_structure(elements({"Si"}), 5, 3.7, 1.4, 3);
  Structure large = small;
  large.cell.vectors *= 1.3;
  for (Eigen::Vector3d& position : large.positions) position *= 1.3;
  large.species.assign(small.size(), elements({"Ge"})[0]);
  const Prediction expected = NetworkPotential(silicon).evaluate(small);
  const Prediction found = NetworkPotential(germanium).evaluate(large);
  EXPECT_NEAR(found.energy, expected.energy, 1e-11);
  for (std::size_t i = 0; i < small.size(); ++i) EXPECT_LT((1.3 * found.forces[i] - expected.forces[i]).norm(), 1e-11);
}

TEST(Transfer, WhatCannotBeMapped) {
  const NetworkModel source = random_network(elements({"C", "N"}), 3);
  const auto message = [&](const StartSpec& start, const std::vector<Element>& needed) {
    return message_of<InputError>([&] { adapted_source(source, start, needed); });
  };
  EXPECT_EQ(message(mapped({{"H", "O"}}), {}), "source: has no element H to be mapped to O");
  EXPECT_EQ(message(mapped({{"C", "N"}}), {}), "source: two of its elements are mapped to one");
  EXPECT_NE(message(mapped({{"C", "Si"}, {"N", "Ge"}}), {}).find("in another order"), std::string::npos);
  EXPECT_EQ(message(mapped({}), elements({"H"})), "source: has no element H, which the data hold; it has C-N");
  EXPECT_EQ(message(mapped({{"C", "Ge"}, {"N", "Si"}}), elements({"Ge"})), "");
}

TEST(Transfer, NothingChangesWhenAllIsKept) {
  const LabelledFrames frames(elements({"C", "N"}), 6, 2);
  const NetworkModel source = random_network(elements({"C", "N"}), 3);
  NetworkModel model = source;
  TrainingSet set(frames.data(), frames.all(), model, Communicator());
  EXPECT_TRUE(adapt_to_data(model, set, StartSpec::Shift::keep, StartSpec::Scaling::keep).empty());
  EXPECT_EQ(model.shifts, source.shifts);
  EXPECT_EQ(model.scalers[1].mean, source.scalers[1].mean);
}

/// Against the normal equations, on energies of the evaluation code.
TEST(Transfer, ARefittedShiftIsPlainLeastSquares) {
  const LabelledFrames frames(elements({"C", "N"}), 9, 2);
  const NetworkModel source = random_network(elements({"C", "N"}), 3);
  NetworkModel model = source;
  TrainingSet set(frames.data(), frames.all(), model, Communicator());
  adapt_to_data(model, set, StartSpec::Shift::refit, StartSpec::Scaling::keep);
  Eigen::MatrixXd composition(9, 2);
  Eigen::VectorXd difference(9);
  const NetworkPotential potential(source);
  for (long f = 0; f < 9; ++f) {
    const Structure structure = frames.data().read(f);
    composition(f, 0) = static_cast<double>(std::count(structure.species.begin(), structure.species.end(), elements({"C"})[0]));
    composition(f, 1) = static_cast<double>(structure.size()) - composition(f, 0);
    difference[f] = *structure.energy - potential.evaluate(structure).energy;
  }
  const Eigen::VectorXd expected = (composition.transpose() * composition).inverse() * composition.transpose() * difference;
  EXPECT_LT((model.shifts - source.shifts - expected).norm(), 1e-9);
}

TEST(Transfer, AMeanShiftTakesTheMeanErrorAway) {
  const LabelledFrames frames(elements({"C", "N"}), 8, 2);
  NetworkModel model = random_network(elements({"C", "N"}), 3);
  const Eigen::VectorXd before = model.shifts;
  TrainingSet set(frames.data(), frames.all(), model, Communicator());
  adapt_to_data(model, set, StartSpec::Shift::mean, StartSpec::Scaling::keep);
  EXPECT_NEAR((model.shifts - before)[0], (model.shifts - before)[1], 1e-14);
  const EnergyTable energies = set.energies(model);
  const Eigen::ArrayXd atoms = energies.composition.rowwise().sum().array();
  EXPECT_NEAR(((energies.reference - energies.predicted).array() / atoms).mean(), 0, 1e-12);
}

TEST(ReferenceCorrections, OneCompositionLeavesTheDifferenceOpen) {
  EnergyTable energies;
  energies.composition.resize(2, 2);
  energies.composition << 2, 2, 4, 4;
  energies.reference = Eigen::Vector2d(-8, -16);
  energies.predicted = Eigen::Vector2d(0, 0);
  const ReferenceCorrections found = refitted_references(energies);
  EXPECT_EQ(found.rank, 1);
  EXPECT_LT((found.corrections - Eigen::Vector2d(-2, -2)).norm(), 1e-12);
}

}  // namespace
}  // namespace carillon
