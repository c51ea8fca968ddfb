#include "carillon/neural/adam.hpp"

#include <gtest/gtest.h>

namespace carillon {
namespace {

/// Oracle: Algorithm 1 of arXiv:1412.6980 in 50 digits (Python's decimal), four steps of three weights; one gradient is as small
/// as ε.
TEST(Adam, OracleOfThePapersAlgorithm) {
  const double gradients[4][3] = {{0.5, -3, 1e-9}, {-0.25, 2, 3e-9}, {1, 0.5, -2e-9}, {0, -1, 1e-9}};
  const double expected[4][3] = {{0.99000000020000000, -1.98000000006666667, 0.49972727272727273},
                                 {0.98733662987078462, -1.97710958948367544, 0.49922403348385947},
                                 {0.98075551396770896, -1.97665292182263538, 0.49908657287779369},
                                 {0.97536466428097064, -1.97320954024268458, 0.49891416932632973}};
  const Eigen::Vector3d rates(0.01, 0.02, 0.003);
  Eigen::VectorXd weights = Eigen::Vector3d(1, -2, 0.5);
  AdamState state = AdamState::zero(3);
  for (int step = 0; step < 4; ++step) {
    state.step(Eigen::Map<const Eigen::Vector3d>(gradients[step]), rates, weights);
    // A few roundings of numbers near 1 a step.
    EXPECT_LT((weights - Eigen::Map<const Eigen::Vector3d>(expected[step])).norm(), 1e-14) << step;
  }
}

/// A gradient that does not change has mean and root of the mean square alike: every step is as long as the rate.
TEST(Adam, IdentityOfAConstantGradient) {
  Eigen::VectorXd weights = Eigen::Vector2d::Zero();
  AdamState state = AdamState::zero(2);
  for (int step = 0; step < 50; ++step) state.step(Eigen::Vector2d(3, -40), Eigen::Vector2d(0.01, 0.5), weights);
  EXPECT_NEAR(weights[0], -0.5, 50 * 0.01 * 1e-8);
  EXPECT_NEAR(weights[1], 25, 50 * 0.5 * 1e-8);
}

}  // namespace
}  // namespace carillon
