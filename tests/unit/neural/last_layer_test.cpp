#include "carillon/neural/last_layer.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "random_networks.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::random_network;
using testing::random_structure;

/// Identity: the weights times their rows are what the network says.
void expect_linear(const NetworkModel& model) {
  const Structure structure = random_structure(elements({"C", "N"}), 7, 4.4, 1.3, 5);
  const Prediction expected = NetworkPotential(model).evaluate(structure);
  const LastLayer layer(model);
  const Eigen::VectorXd said = layer.rows(structure) * layer.weights();
  ASSERT_EQ(said.size(), 3 * 7 + 7);
  for (Eigen::Index i = 0; i < 7; ++i)
    EXPECT_LT((said.segment(3 * i, 3) - expected.forces[static_cast<std::size_t>(i)]).norm(), 1e-12);
  for (int v = 0; v < 6; ++v) EXPECT_NEAR(said[21 + v], expected.stress(voigt_row[v], voigt_column[v]), 1e-13);
  EXPECT_NEAR(said[27], expected.energy, 1e-12 * std::abs(expected.energy));
}

TEST(LastLayer, OfADenseNetworkIsLinear) { expect_linear(random_network(elements({"C", "N"}), 5)); }

TEST(LastLayer, OfAMessagePassingNetworkIsLinear) {
  expect_linear(random_network(elements({"C", "N"}), 5, NetworkSpec{{6}, Activation::silu, MessageSpec{2, 5, 4, 3.1, 12}}));
}

TEST(LastLayer, KnowsNothingOfElementsThatAreNotThere) {
  const LastLayer layer(random_network(elements({"C", "N"}), 5));
  const Structure carbon = random_structure(elements({"C"}), 4, 4.4, 1.3, 5);
  const Eigen::MatrixXd rows = layer.rows(carbon);
  EXPECT_EQ(rows.rightCols(layer.columns() / 2).norm(), 0);
  EXPECT_EQ(rows(3 * 4 + 6, layer.columns() / 2 - 1), 4) << "the bias counts atoms";
  EXPECT_EQ(rows.col(layer.columns() / 2 - 1).head(3 * 4 + 6).norm(), 0);
}

TEST(LastLayer, TheSameBitsForAnyNumberOfThreads) {
  const LastLayer layer(random_network(elements({"C", "N"}), 5));
  const Structure structure = random_structure(elements({"C", "N"}), 7, 4.4, 1.3, 5);
  const int before = threads();
  set_threads(1);
  const Eigen::MatrixXd one = layer.rows(structure);
  set_threads(3);
  const Eigen::MatrixXd three = layer.rows(structure);
  set_threads(before);
  EXPECT_EQ(one, three);
}

TEST(LastLayer, RefusesUnknownElements) {
  EXPECT_EQ(message_of<DomainError>(
                [] { LastLayer(random_network(elements({"C"}), 5)).rows(random_structure(elements({"N"}), 3, 4.4, 1.3, 5)); }),
            "the descriptor knows no element N");
}

}  // namespace
}  // namespace carillon
