#include "carillon/neural/dense_network.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "random_networks.hpp"
#include "support/largest_deviation.hpp"

namespace carillon {
namespace {

const std::vector<Activation> all_activations = {Activation::tanh, Activation::silu, Activation::gelu};

struct RandomBatch {
  explicit RandomBatch(Activation kind, std::vector<int> hidden = {6, 5, 4}) : network(4, std::move(hidden), kind) {
    std::mt19937_64 generator(7);
    std::normal_distribution<double> normal;
    const auto random = [&] { return normal(generator); };
    weights = 0.7 * Eigen::VectorXd::NullaryExpr(network.weights(), random);
    inputs = Eigen::MatrixXd::NullaryExpr(4, 9, random);
    tangents = Eigen::MatrixXd::NullaryExpr(4, 9, random);
    cotangents = Eigen::RowVectorXd::NullaryExpr(9, random);
  }
  DenseNetwork network;
  Eigen::VectorXd weights;
  Eigen::MatrixXd inputs, tangents;
  Eigen::RowVectorXd cotangents;
};

TEST(Activation, FiniteDifferences) {
  for (const Activation kind : all_activations) {
    const Eigen::MatrixXd z = Eigen::VectorXd::LinSpaced(41, -6, 6);
    Eigen::MatrixXd values, slopes, ignored;
    activate(kind, z, values, slopes);
    const Eigen::MatrixXd curvatures = activation_curvatures(kind, z);
    testing::LargestDeviation slope, curvature;
    for (Eigen::Index k = 0; k < z.size(); ++k) {
      const auto at = [&](double step, bool slope_wanted) {
        Eigen::MatrixXd v, s;
        activate(kind, z.array() + step, v, s);
        return slope_wanted ? s(k) : v(k);
      };
      slope.compare(slopes(k), testing::richardson([&](double h) { return at(h, false); }, 1e-2));
      curvature.compare(curvatures(k), testing::richardson([&](double h) { return at(h, true); }, 1e-2));
    }
    slope.expect_within(1e-7, to_string(kind));
    curvature.expect_within(1e-7, to_string(kind));
  }
}

TEST(Activation, KnownValues) {
  const auto at = [](Activation kind, double z) {
    Eigen::MatrixXd v, s;
    activate(kind, Eigen::MatrixXd::Constant(1, 1, z), v, s);
    return v(0);
  };
  EXPECT_NEAR(at(Activation::tanh, 0.5), 0.46211715726000975, 1e-15);
  EXPECT_NEAR(at(Activation::silu, 1), 0.7310585786300049, 1e-15);  // 1 / (1 + 1/e)
  EXPECT_NEAR(at(Activation::gelu, 1), 0.8413447460685429, 1e-15);  // Φ(1)
  for (const Activation kind : all_activations) EXPECT_EQ(activation(to_string(kind)), kind);
  EXPECT_EQ(testing::message_of<InputError>([] { activation("relu"); }), "activation 'relu' is not one of: tanh, silu, gelu");
}

TEST(DenseNetwork, FiniteDifferencesInInputs) {
  for (const Activation kind : all_activations) {
    const RandomBatch batch(kind);
    DenseNetwork::Workspace work;
    batch.network.values(batch.weights, batch.inputs, work);
    const Eigen::MatrixXd gradients = batch.network.gradients(batch.weights, work);
    testing::LargestDeviation deviation;
    for (Eigen::Index k = 0; k < batch.inputs.size(); ++k)
      deviation.compare(gradients(k), testing::richardson(
                                          [&](double step) {
                                            Eigen::MatrixXd moved = batch.inputs;
                                            moved(k) += step;
                                            DenseNetwork::Workspace own;
                                            return batch.network.values(batch.weights, moved, own).sum();
                                          },
                                          1e-2));
    deviation.expect_within(1e-7, to_string(kind));
  }
}

/// d/dw of sum_a [ c_a y_a + (dy_a/dx_a)·t_a ], for no, one and three hidden layers.
TEST(DenseNetwork, FiniteDifferencesInWeightsOfValuesAndTangents) {
  for (const Activation kind : all_activations)
    for (const std::vector<int>& hidden : {std::vector<int>{}, {5}, {6, 5, 4}}) {
      const RandomBatch batch(kind, hidden);
      const auto objective = [&](const Eigen::VectorXd& weights) {
        DenseNetwork::Workspace own;
        const double energies = batch.network.values(weights, batch.inputs, own).dot(batch.cotangents);
        return energies + batch.network.gradients(weights, own).cwiseProduct(batch.tangents).sum();
      };
      DenseNetwork::Workspace work;
      batch.network.values(batch.weights, batch.inputs, work);
      batch.network.gradients(batch.weights, work);
      Eigen::VectorXd gradient = Eigen::VectorXd::Ones(batch.network.weights());
      batch.network.accumulate(batch.weights, work, batch.cotangents, batch.tangents, gradient);
      testing::LargestDeviation deviation;
      for (Eigen::Index k = 0; k < gradient.size(); ++k) {
        const double numerical = testing::richardson(
            [&](double step) {
              Eigen::VectorXd moved = batch.weights;
              moved[k] += step;
              return objective(moved);
            },
            1e-2);
        deviation.compare(gradient[k], 1 + numerical, gradient.norm(), static_cast<std::size_t>(k));
      }
      deviation.expect_within(1e-7, to_string(kind));
    }
}

TEST(DenseNetwork, RandomWeightsDependOnTheSeedOnly) {
  const DenseNetwork network(10, {8}, Activation::tanh);
  EXPECT_EQ(network.weights(), 8 * 11 + 9);
  EXPECT_EQ(network.random_weights(3), network.random_weights(3));
  EXPECT_NE(network.random_weights(3), network.random_weights(4));
  EXPECT_LE(network.random_weights(3).head(80).cwiseAbs().maxCoeff(), std::sqrt(6.0 / 18));
  EXPECT_EQ(network.random_weights(3).segment(80, 8).norm(), 0);
}

TEST(DenseNetwork, WhatDoesNotFit) {
  EXPECT_THROW(DenseNetwork(0, {3}, Activation::tanh), DomainError);
  EXPECT_THROW(DenseNetwork(3, {0}, Activation::tanh), DomainError);
  const DenseNetwork network(3, {2}, Activation::tanh);
  DenseNetwork::Workspace work;
  EXPECT_THROW(network.values(network.random_weights(1), Eigen::MatrixXd::Zero(4, 2), work), ShapeError);
}

}  // namespace
}  // namespace carillon
