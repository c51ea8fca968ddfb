#include "carillon/solve/singular_range.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/solve/random_rows.hpp"

namespace carillon {
namespace {

TEST(SingularRange, OracleJacobiSvd) {
  for (const double condition : {10.0, 1e5, 1e11}) {
    const testing::RowMatrix rows = testing::graded_rows(300, 120, condition, 1);
    const TriangularFactor factor = testing::factor_of(rows);
    Matrix triangle = factor.dense_rows(0, factor.stored_rows());
    const SingularRange range = singular_range(triangle.view());
    EXPECT_NEAR(range.largest, 1.0, 0.01);
    EXPECT_NEAR(range.condition() / condition, 1.0, 0.02);
    EXPECT_NEAR(range.regularised(1.0), std::sqrt(2.0), 0.01);
    EXPECT_FALSE(range.singular_to_precision(120));
  }
}

TEST(SingularRange, ZeroOnTheDiagonalIsSingular) {
  Matrix triangle(3, 3);
  triangle(0, 0) = 1.0;
  triangle(1, 2) = 1.0;
  triangle(2, 2) = 1.0;
  const SingularRange range = singular_range(triangle.view());
  EXPECT_EQ(range.smallest, 0.0);
  EXPECT_TRUE(std::isinf(range.condition()));
  EXPECT_TRUE(range.singular_to_precision(3));
  EXPECT_EQ(SingularRange{}.condition(), 1.0);
}

}  // namespace
}  // namespace carillon
