#include "carillon/solve/information.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "carillon/core/error.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::factor_of;
using testing::random_rows;
using testing::RowMatrix;

constexpr long unknowns = 12;

Matrix as_columns(const RowMatrix& rows) {
  Matrix out(unknowns, rows.rows());
  for (long l = 0; l < rows.rows(); ++l)
    for (long j = 0; j < unknowns; ++j) out(j, l) = rows(l, j);
  return out;
}

/// Oracle: dense matrices and their inverses.
class InformationTest : public ::testing::Test {
protected:
  InformationTest() {
    known_ = rows_.leftCols(unknowns).transpose() * rows_.leftCols(unknowns);
    for (long j = 0; j < unknowns; ++j) known_(j, j) += 0.25;
  }

  double gain_of(const RowMatrix& more) const {
    const Eigen::MatrixXd inner =
        Eigen::MatrixXd::Identity(more.rows(), more.rows()) + more * known_.inverse() * more.transpose();
    return std::log(inner.determinant());
  }

  const RowMatrix rows_ = random_rows(9, unknowns + 1, 5);  // fewer than unknowns: the prior matters
  const Posterior posterior_{factor_of(rows_), std::vector<double>(unknowns, 0.5), 0.04};
  Eigen::MatrixXd known_;
};

TEST_F(InformationTest, OracleLeverage) {
  const RowMatrix more = random_rows(4, unknowns, 6);
  const std::vector<double> found = Information(posterior_).leverages(as_columns(more));
  for (long l = 0; l < 4; ++l) {
    const double expected = more.row(l) * known_.inverse() * more.row(l).transpose();
    EXPECT_NEAR(found[static_cast<std::size_t>(l)], expected, 1e-11 * expected);
  }
}

TEST_F(InformationTest, OracleGainBeforeAndAfterOtherRows) {
  const RowMatrix first = random_rows(5, unknowns, 7);
  const RowMatrix second = random_rows(20, unknowns, 8);
  Information information(posterior_);
  EXPECT_NEAR(information.gain(as_columns(first)), gain_of(first), 1e-10);
  const double alone = information.gain(as_columns(second));
  EXPECT_NEAR(alone, gain_of(second), 1e-10);
  information.add(as_columns(first));
  known_ += first.transpose() * first;
  EXPECT_NEAR(information.gain(as_columns(second)), gain_of(second), 1e-10);
  EXPECT_LT(information.gain(as_columns(second)), alone) << "submodular";
}

TEST_F(InformationTest, RowsOfTheFitHaveLeverageBelowOne) {
  const RowMatrix own = rows_.leftCols(unknowns);
  for (const double leverage : Information(posterior_).leverages(as_columns(own))) EXPECT_LT(leverage, 1.0);
}

TEST_F(InformationTest, FixedUnknownsSayNothing) {
  std::vector<double> penalty(unknowns, 0.5);
  penalty[3] = INFINITY;
  const Posterior pruned(factor_of(rows_), penalty, 0.04);
  RowMatrix only_fixed = RowMatrix::Zero(1, unknowns);
  only_fixed(0, 3) = 7.0;
  EXPECT_EQ(Information(pruned).leverages(as_columns(only_fixed)), std::vector<double>{0.0});
  EXPECT_EQ(Information(pruned).gain(as_columns(only_fixed)), 0.0);
  EXPECT_THROW(Information(pruned).gain(Matrix(unknowns + 1, 1)), ShapeError);
}

}  // namespace
}  // namespace carillon
