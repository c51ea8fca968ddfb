#include "carillon/data/robust_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <random>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

TEST(RobustStatistics, MediansByHand) {
  EXPECT_EQ(median_of({3}), 3);
  EXPECT_EQ(median_of({9, 1, 4}), 4);
  EXPECT_EQ(median_of({9, 1, 4, 2}), 3);
  EXPECT_THROW((void)median_of({}), DomainError);
}

TEST(RobustStatistics, SigmaOfNormalNumbersIsTheirStandardDeviation) {
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal(5, 2);
  std::vector<double> values(20001);
  for (double& value : values) value = normal(generator);
  const RobustSpread spread = robust_spread(values);
  // The median and the MAD of n normal numbers scatter by 1.25 and 1.17 sigma / sqrt(n); five times that is allowed.
  EXPECT_NEAR(spread.median, 5, 5 * 1.25 * 2 / std::sqrt(20001.0));
  EXPECT_NEAR(spread.sigma, 2, 5 * 1.17 * 2 / std::sqrt(20001.0));
}

TEST(RobustStatistics, InvarianceUnderWildValues) {
  const RobustSpread spread = robust_spread({1, 2, 3, 4, 1e9});
  EXPECT_EQ(spread.median, 3);
  EXPECT_DOUBLE_EQ(spread.sigma, 1.4826);
}

}  // namespace
}  // namespace carillon
