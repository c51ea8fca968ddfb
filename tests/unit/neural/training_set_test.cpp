#include "carillon/neural/training_set.hpp"

#include <gtest/gtest.h>

#include "network_checks.hpp"
#include "random_networks.hpp"
#include "support/largest_deviation.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::LabelledFrames;
using testing::random_network;

const LossWeights weights{3, 1.5, 7, {{"odd", 0.5}}};

/// Mean squares of errors by the evaluation code, weighted as docs/neural.md says.
double loss_by_evaluation(const NetworkModel& model, const Dataset& data, const std::vector<long>& frames) {
  const NetworkPotential potential(model);
  double sums[3] = {0, 0, 0};
  double counts[3] = {0, 0, 0};
  for (const long frame : frames) {
    const Structure structure = data.read(frame);
    const Prediction prediction = potential.evaluate(structure);
    const double extra = structure.label == "odd" ? 0.25 : 1;
    const auto count = static_cast<double>(structure.size());
    sums[0] += extra * std::pow((prediction.energy - *structure.energy) / count, 2);
    counts[0] += 1;
    for (std::size_t i = 0; i < structure.size(); ++i)
      sums[1] += extra * (prediction.forces[i] - (*structure.forces)[i]).squaredNorm();
    counts[1] += 3 * count;
    if (!structure.stress) continue;
    for (int k = 0; k < 6; ++k)
      sums[2] += extra * std::pow((prediction.stress - *structure.stress)(voigt_row[k], voigt_column[k]), 2);
    counts[2] += 6;
  }
  return 9 * sums[0] / counts[0] + 2.25 * sums[1] / counts[1] + 49 * sums[2] / counts[2];
}

TEST(TrainingSet, TheLossIsThatOfTheEvaluation) {
  for (const auto& members : {elements({"C"}), elements({"C", "N"})}) {
    const LabelledFrames frames(members, 7, 3);
    const NetworkModel model = random_network(members, 5);
    const TrainingSet set(frames.data(), frames.all(), model, Communicator());
    const double expected = loss_by_evaluation(model, frames.data(), frames.all());
    // Derivatives are stored in single precision.
    EXPECT_NEAR(set.loss(model, weights, nullptr).loss, expected, 1e-6 * expected);
    const std::vector<long> some = {1, 4, 6};
    const TrainingSet part(frames.data(), some, model, Communicator());
    const double of_part = loss_by_evaluation(model, frames.data(), some);
    EXPECT_NEAR(part.loss(model, weights, nullptr).loss, of_part, 1e-6 * of_part);
    EXPECT_NEAR(set.batch_loss(model, weights, {4, 1, 6}, nullptr).loss, of_part, 1e-6 * of_part);
  }
}

/// Every seventh weight: all layers and both elements are among them.
TEST(TrainingSet, FiniteDifferencesOfTheLossInWeights) {
  for (const Activation kind : {Activation::tanh, Activation::silu, Activation::gelu})
    for (const auto& members : {elements({"C"}), elements({"C", "N"})}) {
      const LabelledFrames frames(members, 3, 3);
      const NetworkModel model = random_network(members, 5, kind);
      const TrainingSet set(frames.data(), frames.all(), model, Communicator());
      testing::expect_gradient_of_loss(set, model, weights, 7, to_string(kind));
    }
}

TEST(TrainingSet, EachKindOfLabelAlone) {
  const LabelledFrames frames(elements({"C", "N"}), 6, 3);
  const NetworkModel model = random_network(elements({"C", "N"}), 5);
  const TrainingSet set(frames.data(), frames.all(), model, Communicator());
  const LossSums sums = set.loss(model, {1, 1, 1, {}}, nullptr);
  EXPECT_EQ(sums.energy.count, 6);
  EXPECT_EQ(sums.stress.count, 24);
  const auto alone = [&](LossWeights one) { return set.loss(model, one, nullptr).loss; };
  EXPECT_NEAR(alone({1, 0, 0, {}}), std::pow(sums.energy.rmse(), 2), 1e-12);
  EXPECT_NEAR(alone({0, 1, 0, {}}), std::pow(sums.force.rmse(), 2), 1e-12);
  EXPECT_NEAR(alone({0, 0, 1, {}}), std::pow(sums.stress.rmse(), 2), 1e-12);
  EXPECT_LE(sums.force.mae(), sums.force.rmse());
  EXPECT_EQ(alone({0, 0, 0, {}}), 0);
}

TEST(TrainingSet, TheSameBitsForAnyNumberOfThreads) {
  const LabelledFrames frames(elements({"C", "N"}), 9, 3);
  const NetworkModel model = random_network(elements({"C", "N"}), 5);
  const int before = threads();
  const auto run = [&](int count) {
    set_threads(count);
    const TrainingSet set(frames.data(), frames.all(), model, Communicator());
    Eigen::VectorXd gradient;
    const double loss = set.loss(model, weights, &gradient).loss;
    Eigen::VectorXd numbers(1 + gradient.size());
    numbers << loss, gradient;
    return numbers;
  };
  const Eigen::VectorXd one = run(1);
  const Eigen::VectorXd two = run(2);
  set_threads(before);
  EXPECT_EQ(one, two);
}

TEST(TrainingSet, ScalersGiveMeanZeroAndSpreadOne) {
  const LabelledFrames frames(elements({"C", "N"}), 9, 3);
  NetworkModel model = random_network(elements({"C", "N"}), 5);
  TrainingSet set(frames.data(), frames.all(), model, Communicator());
  model.scalers = set.scalers(model);
  for (std::size_t e = 0; e < 2; ++e) {
    Eigen::MatrixXd scaled(model.network->inputs(), 0);
    for (const TrainingFrame& frame : set.frames())
      for (const ElementGroup& group : frame.groups()) {
        if (group.element != e) continue;
        const Eigen::MatrixXd added = model.scalers[e].apply(frame.atoms().values()(Eigen::all, group.atoms));
        scaled.conservativeResize(Eigen::NoChange, scaled.cols() + added.cols());
        scaled.rightCols(added.cols()) = added;
      }
    const auto count = static_cast<double>(scaled.cols());
    EXPECT_LT((scaled.rowwise().sum() / count).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_LT(((scaled.cwiseAbs2().rowwise().sum() / count).array() - 1).abs().maxCoeff(), 1e-9);
  }
}

TEST(Scaler, AComponentThatDoesNotVaryIsNotDivided) {
  ScalerSums sums(2);
  const Eigen::Vector2d origin(0, 0);
  for (const double x : {1.0, 2.0, 3.0}) sums.add(Eigen::Vector2d(x, 4 + 1e-12 * x), origin);
  const Scaler scaler = sums.scaler(origin);
  EXPECT_NEAR(scaler.spread[0], std::sqrt(2.0 / 3), 1e-14);
  EXPECT_EQ(scaler.spread[1], 1);
  EXPECT_NEAR(scaler.mean[1], 4, 1e-11);
}

}  // namespace
}  // namespace carillon
