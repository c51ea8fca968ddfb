#include "carillon/basis/chebyshev.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

TEST(Chebyshev, IdentityWithCosineOfMultipleAngle) {
  std::vector<double> values(26), slopes(26);
  for (double angle = 0.05; angle < 3.1; angle += 0.1) {
    chebyshev(std::cos(angle), values, slopes);
    for (int k = 0; k <= 25; ++k) {
      // Rounding of the recurrence grows as k² epsilon.
      EXPECT_NEAR(values[static_cast<std::size_t>(k)], std::cos(k * angle), 625 * std::numeric_limits<double>::epsilon());
      EXPECT_NEAR(slopes[static_cast<std::size_t>(k)] * std::sin(angle), k * std::sin(k * angle), 1e-11);
    }
  }
}

TEST(Chebyshev, SlopesAtTheEndsAreSquaresOfTheDegree) {
  std::vector<double> values(11), slopes(11);
  chebyshev(1, values, slopes);
  for (int k = 0; k <= 10; ++k) EXPECT_DOUBLE_EQ(slopes[static_cast<std::size_t>(k)], k * k);
  chebyshev(-1, values, slopes);
  for (int k = 0; k <= 10; ++k) EXPECT_DOUBLE_EQ(slopes[static_cast<std::size_t>(k)], (k % 2 == 0 ? -1.0 : 1.0) * k * k);
}

TEST(Chebyshev, RefusesWhatItIsNotDefinedOn) {
  std::vector<double> three(3), two(2), none;
  EXPECT_THROW(chebyshev(1.1, three, three), DomainError);
  EXPECT_THROW(chebyshev(std::nan(""), three, three), DomainError);
  EXPECT_THROW(chebyshev(0, three, two), ShapeError);
  EXPECT_THROW(chebyshev(0, none, none), ShapeError);
}

}  // namespace
}  // namespace carillon
