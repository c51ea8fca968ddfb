#include "carillon/solve/ridge.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::as_eigen;
using testing::factor_of;
using testing::graded_rows;
using testing::random_rows;
using testing::relative_difference;
using testing::RidgeOracle;
using testing::RowMatrix;
using testing::unknown_norms;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

Prior prior_of(const TriangularFactor& factor, const PriorOptions& options = {}) {
  return make_prior(unknown_norms(factor), options);
}

std::vector<bool> all_but_last(long unknowns, long free) {
  std::vector<bool> penalised(static_cast<std::size_t>(unknowns), true);
  for (long k = 0; k < free; ++k) penalised[static_cast<std::size_t>(unknowns - 1 - k)] = false;
  return penalised;
}

void expect_equals_oracle(const RowMatrix& rows, const PriorOptions& options, double lambda) {
  const TriangularFactor factor = factor_of(rows);
  const Prior prior = prior_of(factor, options);
  const Solution solution = solve_ridge(factor, prior, lambda);
  const RidgeOracle oracle(rows, prior, lambda);
  // A backward stable solution differs by eps times the condition, squared where there is a residual.
  const double condition = solution.summary.regularised_condition;
  const double tolerance = 100.0 * epsilon * condition * condition;
  EXPECT_LT(relative_difference(as_eigen(solution.coefficients), oracle.coefficients), tolerance);
  EXPECT_NEAR(solution.summary.residual_norm / oracle.residual_norm, 1.0, tolerance);
  EXPECT_NEAR(solution.summary.degrees_of_freedom, oracle.degrees_of_freedom, tolerance * static_cast<double>(rows.cols()));
  EXPECT_EQ(solution.summary.status, SolveStatus::ok) << solution.summary.message;
}

TEST(Ridge, OracleNormalEquationsInLongDouble) {
  RowMatrix rows = random_rows(300, 71, 1);
  for (long j = 0; j < 70; ++j) rows.col(j) *= std::pow(10.0, std::sin(static_cast<double>(j)));
  for (const PriorScaling scaling : {PriorScaling::none, PriorScaling::unit_norm, PriorScaling::half})
    for (const double lambda : {0.0, 1e-6, 1e-2, 1.0, 100.0}) expect_equals_oracle(rows, {scaling, {}, {}, {}}, lambda);
}

TEST(Ridge, OracleWithUnpenalisedColumnsStiffnessAndMean) {
  RowMatrix rows = random_rows(200, 51, 2);
  rows.col(49).array() += 30.0;  // an offset is large
  PriorOptions options;
  options.scaling = PriorScaling::half;
  options.penalised = all_but_last(50, 2);
  options.penalised[3] = false;
  for (long j = 0; j < 50; ++j) {
    options.stiffness.push_back(1.0 + 0.1 * static_cast<double>(j));
    options.mean.push_back(std::cos(static_cast<double>(j)));
  }
  for (const double lambda : {0.0, 1e-3, 1.0, 1e4}) expect_equals_oracle(rows, options, lambda);
}

TEST(Ridge, OracleFewerRowsThanUnknowns) {
  const RowMatrix rows = random_rows(30, 91, 3);
  PriorOptions options;
  options.penalised = all_but_last(90, 1);
  for (const double lambda : {1e-4, 1.0}) {
    expect_equals_oracle(rows, options, lambda);
    const TriangularFactor factor = factor_of(rows);
    const Solution solution = solve_ridge(factor, prior_of(factor, options), lambda);
    EXPECT_EQ(solution.summary.rank, 30) << "29 of the penalised columns and the free one";
    EXPECT_TRUE(std::isinf(solution.summary.condition) || solution.summary.condition > 1e12);
  }
}

TEST(Ridge, IdentityUnpenalisedColumnsTakeUpAnythingTheySpan) {
  // Adding multiples of unpenalised columns to b changes their coefficients by just that and no others (theory, section 3).
  RowMatrix rows = random_rows(120, 41, 4);
  PriorOptions options;
  options.penalised = all_but_last(40, 2);
  const TriangularFactor before = factor_of(rows);
  const Solution one = solve_ridge(before, prior_of(before, options), 0.1);
  rows.col(40) += 1000.0 * rows.col(38) - 500.0 * rows.col(39);
  const Solution two = solve_ridge(factor_of(rows), prior_of(before, options), 0.1);
  for (std::size_t j = 0; j < 38; ++j) EXPECT_NEAR(two.coefficients[j], one.coefficients[j], 1e4 * 100.0 * epsilon);
  EXPECT_NEAR(two.coefficients[38] - one.coefficients[38], 1000.0, 1e5 * epsilon * 1000.0);
  EXPECT_NEAR(two.coefficients[39] - one.coefficients[39], -500.0, 1e5 * epsilon * 1000.0);
}

TEST(Ridge, RecoveryOfConditionTwelveWhereTheGramFails) {
  // b lies in the range of A, so the error of c is eps * condition and that of the fitted values eps.
  const double condition = 1e12;
  RowMatrix rows(400, 61);
  rows.leftCols(60) = graded_rows(400, 60, condition, 5);
  const Eigen::VectorXd truth = random_rows(60, 1, 6).col(0);
  rows.col(60) = rows.leftCols(60) * truth;
  const TriangularFactor factor = factor_of(rows);
  const Solution solution = solve_ridge(factor, prior_of(factor), 0.0);
  const Eigen::VectorXd found = as_eigen(solution.coefficients);
  EXPECT_LT(relative_difference(found, truth), 20.0 * epsilon * condition);
  EXPECT_LT((rows.leftCols(60) * (found - truth)).norm(), 200.0 * epsilon * truth.norm());
  EXPECT_EQ(solution.summary.status, SolveStatus::ill_conditioned);
  EXPECT_FALSE(solution.summary.message.empty());
  EXPECT_EQ(solution.summary.rank, 60);
  EXPECT_GT(solution.summary.condition, 0.5 * condition);
  EXPECT_LT(solution.summary.condition, 1.5 * condition);

  const Eigen::MatrixXd a = rows.leftCols(60);
  const Eigen::LLT<Eigen::MatrixXd> gram(a.transpose() * a);
  const Eigen::VectorXd by_gram = gram.solve(a.transpose() * rows.col(60));
  const bool gram_fails = gram.info() != Eigen::Success || relative_difference(by_gram, truth) > 0.1;
  EXPECT_TRUE(gram_fails) << "the Gram matrix was expected to fail here";
}

TEST(Ridge, OracleMinimumNormSolutionByJacobiSvd) {
  RowMatrix rows = random_rows(100, 31, 7);
  rows.col(7) = rows.col(3) + 2.0 * rows.col(5);
  rows.col(20) = -rows.col(11);
  const TriangularFactor factor = factor_of(rows);
  const Solution solution = solve_ridge(factor, prior_of(factor), 0.0);  // scaling none: D is a multiple of I
  EXPECT_EQ(solution.summary.status, SolveStatus::rank_deficient);
  EXPECT_EQ(solution.summary.rank, 28);
  EXPECT_DOUBLE_EQ(solution.summary.degrees_of_freedom, 28.0);
  EXPECT_NE(solution.summary.message.find("rank 28 of 30"), std::string::npos) << solution.summary.message;
  Eigen::JacobiSVD<Eigen::MatrixXd> svd(rows.leftCols(30), Eigen::ComputeThinU | Eigen::ComputeThinV);
  svd.setThreshold(1e-12);
  const Eigen::VectorXd wanted = svd.solve(Eigen::VectorXd(rows.col(30)));
  EXPECT_LT(relative_difference(as_eigen(solution.coefficients), wanted), 1e-12);
}

TEST(Ridge, DependentUnpenalisedColumnsGetTheSmallestCoefficients) {
  // Counts of two elements in data of one stoichiometry: only their sum is known.
  RowMatrix rows = random_rows(80, 23, 8);
  rows.col(21) = 2.0 * rows.col(20);
  PriorOptions options;
  options.penalised = all_but_last(22, 2);
  const TriangularFactor factor = factor_of(rows);
  const Solution solution = solve_ridge(factor, prior_of(factor, options), 0.01);
  EXPECT_EQ(solution.summary.status, SolveStatus::rank_deficient);
  EXPECT_NE(solution.summary.message.find("2 unpenalised columns hold only 1"), std::string::npos) << solution.summary.message;
  EXPECT_NEAR(solution.coefficients[21] / solution.coefficients[20], 2.0, 1e-12) << "minimum norm points along (1, 2)";
  // The same fit with one of the two columns taken away.
  RowMatrix fewer(80, 22);
  fewer << rows.leftCols(21), rows.col(22);
  Prior prior = prior_of(factor, options);
  prior.weight.pop_back();
  prior.mean.pop_back();
  const RidgeOracle oracle(fewer, prior, 0.01);
  EXPECT_NEAR(solution.coefficients[20] + 2.0 * solution.coefficients[21], oracle.coefficients(20), 1e-12);
  EXPECT_LT((as_eigen(solution.coefficients).head(20) - oracle.coefficients.head(20)).norm(), 1e-12);
}

TEST(Ridge, ColumnsWithoutDataStayAtThePriorsMean) {
  RowMatrix rows = random_rows(60, 21, 9);
  for (const long j : {0L, 6L, 19L}) rows.col(j).setZero();
  PriorOptions options;
  options.scaling = PriorScaling::unit_norm;
  options.mean.assign(20, 0.0);
  options.mean[6] = 1.25;
  options.penalised = all_but_last(20, 1);  // unpenalised and without data
  const TriangularFactor factor = factor_of(rows);
  for (const double lambda : {0.0, 0.1}) {
    const Solution solution = solve_ridge(factor, prior_of(factor, options), lambda);
    EXPECT_EQ(solution.coefficients[0], 0.0);
    EXPECT_EQ(solution.coefficients[6], 1.25);
    EXPECT_EQ(solution.coefficients[19], 0.0);
    EXPECT_EQ(solution.summary.zero_columns, 3);
    EXPECT_EQ(solution.summary.rank, 17);
    EXPECT_EQ(solution.summary.status, SolveStatus::ok) << solution.summary.message;
  }
}

TEST(Ridge, LimitsOfLambda) {
  const RowMatrix rows = random_rows(90, 31, 10);
  const TriangularFactor factor = factor_of(rows);
  PriorOptions options;
  options.mean.assign(30, 0.7);
  const Prior prior = prior_of(factor, options);
  const Solution frozen = solve_ridge(factor, prior, 1e14);
  for (const double c : frozen.coefficients) EXPECT_NEAR(c, 0.7, 1e-12);
  EXPECT_NEAR(frozen.summary.degrees_of_freedom, 0.0, 1e-10);
  const Solution free = solve_ridge(factor, prior, 0.0);
  EXPECT_DOUBLE_EQ(free.summary.degrees_of_freedom, 30.0);
  EXPECT_EQ(free.summary.rows, 90);
  EXPECT_NEAR(free.summary.rms, free.summary.residual_norm / std::sqrt(90.0), 1e-15);
}

TEST(Ridge, SmallestProblems) {
  const RowMatrix one = (RowMatrix(1, 2) << 2.0, 3.0).finished();
  const TriangularFactor factor = factor_of(one);
  EXPECT_DOUBLE_EQ(solve_ridge(factor, prior_of(factor), 0.0).coefficients[0], 1.5);
  EXPECT_DOUBLE_EQ(solve_ridge(factor, prior_of(factor), 1.0).coefficients[0], 0.75);
  const Solution empty = solve_ridge(TriangularFactor(4), prior_of(TriangularFactor(4)), 0.0);
  EXPECT_EQ(empty.coefficients, (std::vector<double>{0.0, 0.0, 0.0}));
  EXPECT_EQ(empty.summary.zero_columns, 3);
  PriorOptions offset_only;
  offset_only.penalised = {false};
  EXPECT_DOUBLE_EQ(solve_ridge(factor, prior_of(factor, offset_only), 1.0).coefficients[0], 1.5);
}

TEST(Ridge, RefusesWhatMakesNoSense) {
  const TriangularFactor factor = factor_of(random_rows(10, 5, 11));
  EXPECT_THROW(solve_ridge(factor, prior_of(factor), -1.0), DomainError);
  EXPECT_THROW(solve_ridge(factor, prior_of(factor), std::numeric_limits<double>::quiet_NaN()), DomainError);
  EXPECT_THROW(solve_ridge(factor, prior_of(factor_of(random_rows(10, 6, 11))), 1.0), ShapeError);
}

}  // namespace
}  // namespace carillon
