#include "carillon/solve/ridge_path.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/ridge.hpp"
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

TEST(LambdaGrid, IsEquallySpacedInItsLogarithm) {
  const std::vector<double> values = LambdaGrid{1e-4, 1e2, 7}.values();
  ASSERT_EQ(values.size(), 7u);
  for (std::size_t l = 0; l < 7; ++l) EXPECT_NEAR(std::log10(values[l]), -4.0 + static_cast<double>(l), 1e-14);
  EXPECT_EQ((LambdaGrid{0.5, 0.5, 1}.values()), std::vector<double>{0.5});
  EXPECT_EQ(LambdaGrid{}.values().size(), 60u);
  EXPECT_THROW((LambdaGrid{0.0, 1.0, 5}.values()), DomainError);
  EXPECT_THROW((LambdaGrid{1.0, 0.1, 5}.values()), DomainError);
  EXPECT_THROW((LambdaGrid{0.1, 1.0, 0}.values()), DomainError);
}

/// The path against solve_ridge, another factorisation, at every lambda.
void expect_equals_exact(const TriangularFactor& factor, const PriorOptions& options, const std::vector<double>& lambdas) {
  const Prior prior = make_prior(unknown_norms(factor), options);
  const RidgePath path = ridge_path(factor, prior, lambdas);
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    const Solution exact = solve_ridge(factor, prior, lambdas[l]);
    const double condition = exact.summary.regularised_condition;
    const double tolerance = 100.0 * epsilon * condition * condition;
    EXPECT_LT(relative_difference(as_eigen(path.coefficients.column(static_cast<long>(l))), as_eigen(exact.coefficients)),
              tolerance);
    EXPECT_NEAR(path.residual_norm[l], exact.summary.residual_norm, tolerance * exact.summary.residual_norm);
    EXPECT_NEAR(path.degrees_of_freedom[l], exact.summary.degrees_of_freedom, tolerance * static_cast<double>(factor.columns()));
  }
}

TEST(RidgePath, EqualsExactSolutionsForEverySizeAboutTheBlockWidth) {
  for (const long unknowns : {1L, 2L, 63L, 64L, 65L, 127L, 128L, 129L, 200L})
    expect_equals_exact(factor_of(random_rows(unknowns + 40, unknowns + 1, 1)), {}, {1e-6, 1e-2, 10.0});
}

TEST(RidgePath, EqualsExactSolutionsWithEveryOptionAtOnce) {
  RowMatrix rows = random_rows(260, 151, 2);
  rows.col(10).setZero();
  rows.col(100).setZero();
  PriorOptions options;
  options.scaling = PriorScaling::half;
  options.penalised.assign(150, true);
  options.penalised[70] = options.penalised[148] = options.penalised[149] = false;
  options.mean.assign(150, 0.3);
  options.stiffness.assign(150, 2.0);
  expect_equals_exact(factor_of(rows), options, {1e-6, 1e-2, 10.0});
}

TEST(RidgePath, EqualsExactSolutionsOfATrapezoid) {
  PriorOptions options;
  options.penalised.assign(150, true);
  options.penalised[149] = false;
  for (const long rows : {1L, 40L, 149L}) expect_equals_exact(factor_of(random_rows(rows, 151, 3)), options, {1e-3, 1.0});
}

TEST(RidgePath, FittedValuesKeepTheirDigitsAtConditionTwelve) {
  // The bound of the header, with |M| = |D^-1| there: fitted values to 2 sqrt(n) eps kappa, kappa = |M| / sqrt(lambda).
  RowMatrix rows(400, 101);
  rows.leftCols(100) = graded_rows(400, 100, 1e12, 4);
  rows.col(100) = random_rows(400, 1, 5).col(0);
  const TriangularFactor factor = factor_of(rows);
  PriorOptions options;
  options.scaling = PriorScaling::unit_norm;
  const Prior prior = make_prior(unknown_norms(factor), options);
  const Eigen::VectorXd weight = as_eigen(prior.weight);
  const double norm =
      Eigen::JacobiSVD<Eigen::MatrixXd>(rows.leftCols(100) * weight.cwiseInverse().asDiagonal()).singularValues()(0);
  const std::vector<double> lambdas = {1e-10, 1e-6, 1e-2, 1.0};
  const RidgePath path = ridge_path(factor, prior, lambdas);
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    const RidgeOracle oracle(rows, prior, lambdas[l]);
    const Eigen::VectorXd step = as_eigen(path.coefficients.column(static_cast<long>(l))) - oracle.coefficients;
    const double bound = 2.0 * std::sqrt(100.0) * epsilon * norm / std::sqrt(lambdas[l]) * rows.col(100).norm();
    EXPECT_LT((rows.leftCols(100) * step).norm(), bound) << "lambda " << lambdas[l];
  }
}

TEST(RidgePath, OracleGcvFromTheDenseHatMatrix) {
  const RowMatrix rows = random_rows(80, 31, 6);
  const TriangularFactor factor = factor_of(rows);
  const Prior prior = make_prior(unknown_norms(factor), {});
  const std::vector<double> lambdas = {1e-3, 0.3, 5.0};
  const RidgePath path = ridge_path(factor, prior, lambdas);
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    const Eigen::MatrixXd a = rows.leftCols(30);
    Eigen::MatrixXd gram = a.transpose() * a;
    for (long j = 0; j < 30; ++j) gram(j, j) += lambdas[l] * std::pow(prior.weight[static_cast<std::size_t>(j)], 2);
    const Eigen::MatrixXd hat = a * gram.inverse() * a.transpose();
    // Golub, Heath and Wahba: leave-one-out errors with every leverage replaced by the mean one.
    double wanted = 0.0;
    const double leverage = hat.trace() / 80.0;
    for (long i = 0; i < 80; ++i) wanted += std::pow((rows(i, 30) - hat.row(i).dot(rows.col(30))) / (1.0 - leverage), 2) / 80.0;
    EXPECT_NEAR(path.gcv[l] / wanted, 1.0, 1e-11);
  }
}

TEST(RidgePath, OracleGcvEqualsBruteForceDeletionForEqualLeverages) {
  // The rows of a circulant matrix are equivalent, so all leverages are equal and GCV is the brute-force leave-one-out error.
  const long m = 24;
  const long n = m;
  const RowMatrix seed = random_rows(1, m, 7);
  RowMatrix rows(m, n + 1);
  for (long i = 0; i < m; ++i)
    for (long j = 0; j < n; ++j) rows(i, j) = seed(0, (i + j) % m);
  rows.col(n) = random_rows(m, 1, 8).col(0);
  const TriangularFactor factor = factor_of(rows);
  const Prior prior = make_prior(unknown_norms(factor), {});
  const std::vector<double> lambdas = {1e-4, 1e-1, 10.0};
  const RidgePath path = ridge_path(factor, prior, lambdas);
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    double deleted = 0.0;
    for (long i = 0; i < m; ++i) {
      RowMatrix rest(m - 1, n + 1);
      rest << rows.topRows(i), rows.bottomRows(m - 1 - i);
      const RidgeOracle oracle(rest, prior, lambdas[l]);
      deleted += std::pow(rows(i, n) - rows.row(i).head(n).dot(oracle.coefficients), 2) / static_cast<double>(m);
    }
    EXPECT_NEAR(path.gcv[l] / deleted, 1.0, 1e-10);
  }
}

TEST(RidgePath, GcvOfAnOverfittedModelIsInfinite) {
  EXPECT_TRUE(std::isinf(gcv_score(0.0, 10.0, 10)));
  EXPECT_TRUE(std::isinf(gcv_score(1.0, 0.0, 0)));
  EXPECT_DOUBLE_EQ(gcv_score(2.0, 5.0, 10), 4.0 / 10.0 / 0.25);
}

TEST(RidgePath, InvarianceOfThreadCountBitForBit) {
  RowMatrix rows = random_rows(700, 601, 9);
  const TriangularFactor factor = factor_of(rows);
  PriorOptions options;
  options.penalised.assign(600, true);
  options.penalised[599] = false;
  const Prior prior = make_prior(unknown_norms(factor), options);
  const int before = threads();
  set_threads(1);
  const RidgePath one = ridge_path(factor, prior, {1e-6, 1e-3, 1.0});
  for (const int count : {2, 3}) {
    set_threads(count);
    const RidgePath other = ridge_path(factor, prior, {1e-6, 1e-3, 1.0});
    EXPECT_TRUE(
        std::equal(one.coefficients.values().begin(), one.coefficients.values().end(), other.coefficients.values().begin()));
    EXPECT_EQ(one.degrees_of_freedom, other.degrees_of_freedom);
    EXPECT_EQ(one.residual_norm, other.residual_norm);
  }
  set_threads(before);
}

TEST(RidgePath, RefusesLambdasThatAreNotPositive) {
  const TriangularFactor factor = factor_of(random_rows(10, 5, 10));
  const Prior prior = make_prior(unknown_norms(factor), {});
  EXPECT_THROW(ridge_path(factor, prior, {1.0, 0.0}), DomainError);
  EXPECT_THROW(ridge_path(factor, prior, {std::numeric_limits<double>::quiet_NaN()}), DomainError);
}

}  // namespace
}  // namespace carillon
