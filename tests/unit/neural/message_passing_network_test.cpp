#include "carillon/neural/message_passing_network.hpp"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <numbers>

#include "carillon/core/parallel.hpp"
#include "carillon/neural/described_atoms.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/training.hpp"
#include "network_checks.hpp"
#include "random_networks.hpp"
#include "support/largest_deviation.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::LabelledFrames;
using testing::random_network;
using testing::random_structure;
using testing::TemporaryFolder;

NetworkSpec messages(int rounds, Activation activation = Activation::tanh, double cutoff = 3.4) {
  return {{5}, activation, MessageSpec{rounds, 6, 4, cutoff, 4}};
}

struct Kind {
  int rounds;
  Activation activation;
};
const std::vector<Kind> kinds = {{1, Activation::silu}, {2, Activation::tanh}, {3, Activation::gelu}};

/// h of every atom by the formulas of the class's description: atom by atom, neighbour by neighbour, nothing shared.
class ByFormula {
public:
  ByFormula(const NetworkModel& model, const Structure& structure) : model_(model), structure_(structure) {
    const NeighborList descriptor_neighbors(structure, model.descriptor.chebyshev.radial_cutoff);
    const DescribedAtoms<double> described(*make_descriptor(model.descriptor, model.elements), structure, descriptor_neighbors, 0,
                                           structure.size());
    for (std::size_t i = 0; i < structure.size(); ++i)
      h_.push_back(activated(layer(0, i, model.scalers[element(i)].apply(described.values().col(static_cast<Eigen::Index>(i))))));
    const NeighborList neighbors(structure, model.network->spec().messages->cutoff);
    for (int t = 0; t < model.network->spec().messages->rounds; ++t) pass(static_cast<std::size_t>(1 + 3 * t), neighbors);
  }

  double energy() const {
    const std::size_t count = model_.network->layers().size();
    double sum = 0;
    for (std::size_t i = 0; i < h_.size(); ++i)
      sum += model_.shifts[static_cast<Eigen::Index>(element(i))] + layer(count - 1, i, activated(layer(count - 2, i, h_[i])))[0];
    return sum;
  }

private:
  std::size_t element(std::size_t i) const {
    return element_groups(model_.elements, std::span(&structure_.species[i], 1))[0].element;
  }
  Eigen::MatrixXd matrix(std::size_t layer, std::size_t i) const {
    const Network::Layer& at = model_.network->layers()[layer];
    return model_.weights_of(element(i)).segment(at.offset, at.rows * at.columns).reshaped(at.rows, at.columns);
  }
  Eigen::VectorXd layer(std::size_t layer, std::size_t i, const Eigen::VectorXd& x) const {
    const Network::Layer& at = model_.network->layers()[layer];
    return matrix(layer, i) * x + model_.weights_of(element(i)).segment(at.offset + at.rows * at.columns, at.rows);
  }
  Eigen::VectorXd activated(const Eigen::VectorXd& z) const {
    Eigen::MatrixXd values, slopes;
    activate(model_.network->spec().activation, z, values, slopes);
    return values;
  }
  Eigen::VectorXd functions(double r) const {
    const MessageSpec& spec = *model_.network->spec().messages;
    Eigen::VectorXd out(spec.order + 1);
    const double angle = std::acos(2 * r / spec.cutoff - 1);
    for (int k = 0; k <= spec.order; ++k)
      out[k] = 0.5 * (1 + std::cos(std::numbers::pi * r / spec.cutoff)) * std::cos(k * angle) / std::sqrt(spec.neighbors);
    return out;
  }
  void pass(std::size_t first, const NeighborList& neighbors) {
    std::vector<Eigen::VectorXd> after = h_;
    for (std::size_t i = 0; i < h_.size(); ++i) {
      Eigen::VectorXd message = Eigen::VectorXd::Zero(h_[i].size());
      for (const Neighbor& neighbor : neighbors.neighbors(i)) {
        const auto j = static_cast<std::size_t>(neighbor.index);
        message += layer(first, j, h_[j]).cwiseProduct(matrix(first + 1, j) * functions(neighbor.distance));
      }
      after[i] += activated(layer(first + 2, i, message));
    }
    h_ = after;
  }

  const NetworkModel& model_;
  const Structure& structure_;
  std::vector<Eigen::VectorXd> h_;
};

/// Oracle: another program of the same formulas. In a cell smaller than the cutoff atoms send messages to their own images.
TEST(MessagePassing, EnergiesAreThoseOfTheFormula) {
  for (const auto& members : {elements({"C"}), elements({"C", "N"})})
    for (const Kind& kind : kinds) {
      const NetworkModel model = random_network(members, 5, messages(kind.rounds, kind.activation));
      const Structure structure = random_structure(members, 5, 3.3, 1.3, 21);
      EXPECT_NEAR(NetworkPotential(model).evaluate(structure).energy, ByFormula(model, structure).energy(), 1e-11);
    }
}

TEST(MessagePassing, FiniteDifferencesOfForcesAndStress) {
  for (const auto& members : {elements({"C"}), elements({"C", "N"})})
    for (const Kind& kind : kinds)
      testing::expect_derivatives_of_energy(NetworkPotential(random_network(members, 5, messages(kind.rounds, kind.activation))),
                                            random_structure(members, 5, 3.7, 1.4, 21));
}

class MessageInvariance : public ::testing::Test {
protected:
  NetworkPotential potential_{random_network(elements({"C", "N"}), 6, messages(2))};
  Structure structure_ = random_structure(elements({"C", "N"}), 6, 4, 1.4, 3);
  Prediction expected_ = potential_.evaluate(structure_);
};

TEST_F(MessageInvariance, RotationAndTranslation) {
  const Eigen::Matrix3d rotation = Eigen::AngleAxisd(0.7, Eigen::Vector3d(1, 2, -1).normalized()).toRotationMatrix();
  Structure moved = structure_;
  moved.cell.vectors = structure_.cell.vectors * rotation.transpose();
  for (Eigen::Vector3d& position : moved.positions) position = (rotation * position + Eigen::Vector3d(0.3, -7.1, 2.2)).eval();
  const Prediction found = potential_.evaluate(moved);
  EXPECT_NEAR(found.energy, expected_.energy, 1e-10);
  EXPECT_LT((found.stress - rotation * expected_.stress * rotation.transpose()).norm(), 1e-10);
  for (std::size_t i = 0; i < structure_.size(); ++i) EXPECT_LT((found.forces[i] - rotation * expected_.forces[i]).norm(), 1e-10);
}

TEST_F(MessageInvariance, PermutationOfAtoms) {
  const std::vector<std::size_t> order = {4, 0, 3, 5, 1, 2};
  Structure permuted = structure_;
  for (std::size_t i = 0; i < order.size(); ++i) {
    permuted.species[i] = structure_.species[order[i]];
    permuted.positions[i] = structure_.positions[order[i]];
  }
  const Prediction found = potential_.evaluate(permuted);
  EXPECT_NEAR(found.energy, expected_.energy, 1e-10);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_LT((found.forces[i] - expected_.forces[order[i]]).norm(), 1e-10);
}

/// More atoms than one run of descriptors takes, against one cell smaller than the cutoffs.
TEST_F(MessageInvariance, RepetitionOfTheCell) {
  Structure large = structure_;
  large.species.clear();
  large.positions.clear();
  for (int copy = 0; copy < 8; ++copy)
    for (std::size_t i = 0; i < structure_.size(); ++i) {
      large.species.push_back(structure_.species[i]);
      large.positions.push_back(structure_.positions[i] +
                                structure_.cell.vectors.transpose() * Eigen::Vector3d(copy / 4, copy / 2 % 2, copy % 2));
    }
  large.cell.vectors *= 2;
  const Prediction found = potential_.evaluate(large);
  EXPECT_NEAR(found.energy, 8 * expected_.energy, 8e-10);
  EXPECT_LT((found.stress - expected_.stress).norm(), 1e-10);
  for (std::size_t i = 0; i < large.size(); ++i)
    EXPECT_LT((found.forces[i] - expected_.forces[i % structure_.size()]).norm(), 1e-10);
}

TEST(MessagePassing, TheSameBitsForAnyNumberOfThreads) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 6, messages(2)));
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

/// Atoms in a row on the x axis, 3 Å apart, the first of them nitrogen.
Structure row_of_atoms(std::size_t count, double spacing = 3) {
  Structure row;
  row.species.assign(count, elements({"C"})[0]);
  row.species[0] = elements({"N"})[0];
  for (std::size_t i = 0; i < count; ++i) row.positions.emplace_back(spacing * static_cast<double>(i), 0, 0);
  return row;
}

/// Beyond the descriptor's cutoff (4 Å), where messages alone (to 5 Å) make an energy: it goes to zero as the square of what is
/// missing to the cutoff, its derivative as the first power.
TEST(MessagePassing, SmoothAtTheCutoff) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 6, messages(2, Activation::tanh, 5)));
  const double apart = potential.evaluate(row_of_atoms(2, 5.0001)).energy;
  const auto at = [&](double missing) { return potential.evaluate(row_of_atoms(2, 5 - missing)); };
  EXPECT_GT(std::abs(at(0.1).energy - apart), 1e-6);
  EXPECT_NEAR((at(2e-4).energy - apart) / (at(1e-4).energy - apart), 4, 0.01);
  EXPECT_NEAR(at(2e-4).forces[0].x() / at(1e-4).forces[0].x(), 2, 0.01);
  EXPECT_EQ(potential.evaluate(row_of_atoms(2, 5)).forces[0].norm(), 0);
}

/// Only nitrogen has an energy: the carbons that feel a force are those that it knows of.
TEST(MessagePassing, EachRoundCarriesOneCutoffFarther) {
  for (const int rounds : {1, 2, 3}) {
    NetworkModel model = random_network(elements({"C", "N"}), 6, messages(rounds));
    model.weights.segment(model.network->weights() - model.network->layers().back().size(), model.network->layers().back().size())
        .setZero();
    const NetworkPotential potential(model);
    EXPECT_NEAR(potential.cutoff(), 4 + 3.4 * rounds, 1e-12);
    const Prediction prediction = potential.evaluate(row_of_atoms(7));
    for (std::size_t i = 1; i < 7; ++i)
      EXPECT_EQ(prediction.forces[i].norm() > 0, i <= static_cast<std::size_t>(rounds) + 1) << i;
  }
}

TEST(MessagePassing, AnAtomAloneHasNoForces) {
  const Prediction prediction = NetworkPotential(random_network(elements({"C", "N"}), 6, messages(2))).evaluate(row_of_atoms(1));
  EXPECT_NE(prediction.energy, 0);
  EXPECT_EQ(prediction.forces[0].norm(), 0);
}

const LossWeights weights{3, 1.5, 7, {{"odd", 0.5}}};

/// Every eleventh weight: all layers and both elements are among them.
TEST(MessageTraining, FiniteDifferencesOfTheLossInWeights) {
  for (const Kind& kind : kinds)
    for (const auto& members : {elements({"C"}), elements({"C", "N"})}) {
      const LabelledFrames frames(members, 3, 3);
      const NetworkModel model = random_network(members, 5, messages(kind.rounds, kind.activation));
      const TrainingSet set(frames.data(), frames.all(), model, Communicator());
      testing::expect_gradient_of_loss(set, model, weights, 11, to_string(kind.activation));
    }
}

/// Of forces and stress alone, to which the derivatives of the messages contribute most.
TEST(MessageTraining, TheLossIsThatOfTheEvaluation) {
  const LabelledFrames frames(elements({"C", "N"}), 7, 3);
  const NetworkModel model = random_network(elements({"C", "N"}), 5, messages(2));
  const TrainingSet set(frames.data(), frames.all(), model, Communicator());
  const LossSums sums = set.loss(model, {1, 1, 1, {}}, nullptr);
  const NetworkPotential potential(model);
  ErrorSums energy, force, stress;
  for (const long frame : frames.all()) {
    const Structure structure = frames.data().read(frame);
    const Prediction prediction = potential.evaluate(structure);
    energy.add((prediction.energy - *structure.energy) / static_cast<double>(structure.size()));
    for (std::size_t i = 0; i < structure.size(); ++i)
      for (Eigen::Index x = 0; x < 3; ++x) force.add(prediction.forces[i][x] - (*structure.forces)[i][x]);
    for (int k = 0; k < 6 && structure.stress; ++k)
      stress.add((prediction.stress - *structure.stress)(voigt_row[k], voigt_column[k]));
  }
  // Derivatives of descriptors are stored in single precision.
  EXPECT_NEAR(sums.energy.rmse(), energy.rmse(), 1e-12 * energy.rmse());
  EXPECT_NEAR(sums.force.rmse(), force.rmse(), 1e-6 * force.rmse());
  EXPECT_NEAR(sums.stress.rmse(), stress.rmse(), 1e-6 * stress.rmse());
}

class TrainMessages : public ::testing::Test {
protected:
  TrainMessages()
      : teacher_(random_network(elements({"C", "N"}), 3, messages(1))), frames_(elements({"C", "N"}), 12, 5, &teacher_) {
    set_threads(1);
  }
  ~TrainMessages() override { set_threads(threads_before_); }

  TrainingResult train(const std::string& text) const {
    const TrainingRecipe recipe =
        parse_training_recipe("data: [{file: " + frames_.path() + "}]\n" + text, folder_.path("r.yaml"), "");
    return train_network(recipe, frames_.data(), split_for_training(recipe, frames_.data()), Communicator(), {});
  }
  std::string start(const NetworkModel& source, const std::string& more) const {
    write_network(folder_.path("source.yaml"), source);
    return "start: {from: " + folder_.path("source.yaml") + more + "}\n";
  }

  int threads_before_ = threads();
  TemporaryFolder folder_;
  NetworkPotential teacher_;
  LabelledFrames frames_;
};

constexpr const char* small_network =
    "descriptor: {radial: {order: 5, cutoff: 4}, angular: {order: 3, cutoff: 3.3, radial_order: 1}}\n"
    "network: {kind: message_passing, hidden: [5], messages: {rounds: 1, features: 6, order: 4, cutoff: 3.4, neighbors: 4}}\n";

TEST_F(TrainMessages, RecoversATeacher) {
  for (const char* optimiser : {"{iterations: 150}", "{kind: adam, iterations: 150, batch: 3, rate: 0.02, final_rate: 1e-4}"}) {
    const TrainingResult result = train(std::string(small_network) + "optimiser: " + optimiser + "\nstop: {every: 1}\n");
    EXPECT_LT(result.curve.back().train.loss, 0.03 * result.curve.front().train.loss) << optimiser;
  }
}

TEST_F(TrainMessages, TheSameBitsForAnyNumberOfThreads) {
  for (const char* optimiser : {"{iterations: 8}", "{kind: adam, iterations: 3, batch: 5}"}) {
    const std::string small =
        std::string(small_network) + "split: {validation: {fraction: 0.25}}\noptimiser: " + optimiser + "\n";
    set_threads(1);
    const std::string one = network_text(train(small).model);
    set_threads(2);
    EXPECT_EQ(network_text(train(small).model), one);
  }
}

/// Nothing learnt from, everything kept: N = 0.
TEST_F(TrainMessages, NoIterationsAndAllKeptIsTheSource) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9, messages(2));
  const NetworkModel model = train(start(source, ", shift: keep") + "optimiser: {iterations: 0}\n").model;
  EXPECT_EQ(model.weights, source.weights);
  EXPECT_EQ(model.network->spec(), source.network->spec());
  const Structure structure = frames_.data().read(3);
  EXPECT_EQ(NetworkPotential(model).evaluate(structure).forces, NetworkPotential(source).evaluate(structure).forces);
}

/// The first layer, the filters of the second round, and the output's bias; all others move.
TEST_F(TrainMessages, FrozenLayersStayToTheBit) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9, messages(2));
  const std::vector<Network::Layer>& layers = source.network->layers();
  ASSERT_EQ(layers.size(), 9u);
  for (const char* optimiser : {"{iterations: 6}", "{kind: adam, iterations: 2, layer_rates: [1, 1, 1, 0.5, 1, 1, 1, 1, 1]}"}) {
    const NetworkModel model = train(start(source, "") + "frozen: [first, 5, output_bias]\noptimiser: " + optimiser + "\n").model;
    for (std::size_t e = 0; e < 2; ++e) {
      const Eigen::VectorXd change = model.weights_of(e) - source.weights_of(e);
      for (std::size_t l = 0; l < layers.size(); ++l) {
        const Eigen::ArrayXd of_layer = change.segment(layers[l].offset, layers[l].size() - (l == 8 ? 1 : 0));
        EXPECT_TRUE(l == 0 || l == 5 ? (of_layer == 0).all() : (of_layer != 0).all()) << l;
      }
      EXPECT_EQ(change.tail(1)[0], 0);
    }
  }
}

/// Another element 1.3 times as large says the same with all lengths scaled, those of messages included.
TEST(MessageTransfer, ScaledLengthsGiveTheSameEnergies) {
  const NetworkModel silicon = random_network(elements({"Si"}), 3, messages(2));
  StartSpec start;
  start.map[elements({"Si"})[0]] = elements({"Ge"})[0];
  start.length_scale = 1.3;
  const Structure small = random_structure(elements({"Si"}), 5, 3.7, 1.4, 3);
  Structure large = small;
  large.cell.vectors *= 1.3;
  for (Eigen::Vector3d& position : large.positions) position *= 1.3;
  large.species.assign(small.size(), elements({"Ge"})[0]);
  const Prediction expected = NetworkPotential(silicon).evaluate(small);
  const Prediction found = NetworkPotential(adapted_source(silicon, start, elements({"Ge"}))).evaluate(large);
  EXPECT_NEAR(found.energy, expected.energy, 1e-11);
  for (std::size_t i = 0; i < small.size(); ++i) EXPECT_LT((1.3 * found.forces[i] - expected.forces[i]).norm(), 1e-11);
}

TEST(MessagePassingFile, BackToTheLastBit) {
  const NetworkModel model = random_network(elements({"C", "N"}), 3, messages(2, Activation::silu));
  const NetworkModel again = parse_network(network_text(model), "n.yaml");
  EXPECT_EQ(again.network->spec(), model.network->spec());
  EXPECT_EQ(again.weights, model.weights);
  EXPECT_EQ(network_text(again), network_text(model));
  const Structure structure = random_structure(elements({"C", "N"}), 6, 4, 1.4, 3);
  EXPECT_EQ(NetworkPotential(again).evaluate(structure).energy, NetworkPotential(model).evaluate(structure).energy);
}

}  // namespace
}  // namespace carillon
