#include "carillon/neural/learning_rate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace carillon {
namespace {

OptimiserSpec spec(OptimiserSpec::Schedule schedule) {
  OptimiserSpec out;
  out.rate = 1e-2;
  out.final_rate = 1e-4;
  out.schedule = schedule;
  return out;
}

TEST(LearningRate, BeginsAndEndsWhereItShould) {
  for (const auto schedule : {OptimiserSpec::Schedule::cosine, OptimiserSpec::Schedule::exponential}) {
    EXPECT_NEAR(learning_rate(spec(schedule), 0), 1e-2, 1e-17);
    EXPECT_NEAR(learning_rate(spec(schedule), 1), 1e-4, 1e-17);
  }
  EXPECT_EQ(learning_rate(spec(OptimiserSpec::Schedule::constant), 1), 1e-2);
}

/// Half way the cosine is at the arithmetic, the exponential at the geometric mean; a quarter of the way by cos 45°.
TEST(LearningRate, IdentityOnTheWay) {
  EXPECT_NEAR(learning_rate(spec(OptimiserSpec::Schedule::cosine), 0.5), 0.00505, 1e-16);
  EXPECT_NEAR(learning_rate(spec(OptimiserSpec::Schedule::exponential), 0.5), 1e-3, 1e-16);
  EXPECT_NEAR(learning_rate(spec(OptimiserSpec::Schedule::cosine), 0.25), 1e-4 + 0.0099 * (0.5 + std::sqrt(0.125)), 1e-16);
  EXPECT_NEAR(learning_rate(spec(OptimiserSpec::Schedule::exponential), 0.75), std::pow(10, -3.5), 1e-16);
}

}  // namespace
}  // namespace carillon
