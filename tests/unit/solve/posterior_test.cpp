#include "carillon/solve/posterior.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/least_squares.hpp"
#include "carillon/solve/with_posterior.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::factor_of;
using testing::graded_rows;
using testing::random_rows;
using testing::RowMatrix;

using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

constexpr double infinity = std::numeric_limits<double>::infinity();

Matrix from_eigen(const Eigen::MatrixXd& from) {
  Matrix to(from.rows(), from.cols());
  std::copy_n(from.data(), from.size(), to.values().data());
  return to;
}

/// s^2 (A'A + P^2)^-1 in long double.
Wide direct_covariance(const RowMatrix& rows, const std::vector<double>& penalty, double variance) {
  const long n = rows.cols() - 1;
  const Wide a = rows.leftCols(n).cast<long double>();
  Wide precision = a.transpose() * a;
  for (long j = 0; j < n; ++j)
    precision(j, j) += static_cast<long double>(penalty[static_cast<std::size_t>(j)]) * penalty[static_cast<std::size_t>(j)];
  return static_cast<long double>(variance) * precision.ldlt().solve(Wide::Identity(n, n));
}

void expect_deviations(const Posterior& posterior, const Wide& covariance, const Eigen::MatrixXd& rows, double tolerance) {
  const std::vector<double> found = posterior.standard_deviations(from_eigen(rows));
  const Wide wide = rows.cast<long double>();
  for (long l = 0; l < rows.cols(); ++l) {
    const double wanted = static_cast<double>(std::sqrt((wide.col(l).transpose() * covariance * wide.col(l)).value()));
    EXPECT_NEAR(found[static_cast<std::size_t>(l)], wanted, tolerance * wanted);
  }
}

TEST(Posterior, OracleDenseInverseInLongDouble) {
  for (const long rows : {20L, 60L, 200L}) {  // fewer rows than unknowns too
    const RowMatrix data = random_rows(rows, 81, 3);
    std::vector<double> penalty(80, 0.7);
    for (std::size_t j = 0; j < 40; ++j) penalty[j] = 0.1 * static_cast<double>(j + 1);
    const Posterior posterior(factor_of(data), penalty, 0.09);
    EXPECT_EQ(posterior.undetermined(), 0);
    expect_deviations(posterior, direct_covariance(data, penalty, 0.09), random_rows(80, 150, 4), 1e-12);
  }
}

TEST(Posterior, OracleKeepsItsDigitsAtHighCondition) {
  // sqrt(lambda) = 1e-6 of the largest singular value: U's condition 1e6, its square 1e12 in the inverse.
  const RowMatrix data = graded_rows(120, 61, 1e12, 5);
  const std::vector<double> penalty(60, 1e-6);
  const Posterior posterior(factor_of(data), penalty, 1.0);
  expect_deviations(posterior, direct_covariance(data, penalty, 1.0), random_rows(60, 20, 6), 1e-8);
  // Rows of the data themselves are known far better than arbitrary ones, and stay so.
  const Eigen::MatrixXd own = data.leftCols(60).topRows(10).transpose();
  expect_deviations(posterior, direct_covariance(data, penalty, 1.0), own, 1e-8);
}

TEST(Posterior, FixedUnknownsHaveNoVariance) {
  const RowMatrix data = random_rows(50, 7, 7);
  const Posterior all(factor_of(data), {1.0, infinity, 0.0, 2.0, infinity, 0.5}, 1.0);
  RowMatrix rest(50, 5);
  rest << data.col(0), data.col(2), data.col(3), data.col(5), data.col(6);
  const Posterior some(factor_of(rest), {1.0, 0.0, 2.0, 0.5}, 1.0);
  Eigen::MatrixXd row = random_rows(6, 1, 8);
  const Eigen::Vector4d short_row(row(0), row(2), row(3), row(5));
  EXPECT_NEAR(all.standard_deviations(from_eigen(row)).front(), some.standard_deviations(from_eigen(short_row)).front(), 1e-14);
  const Matrix draw = all.sample(3, 1);
  for (long l = 0; l < 3; ++l) EXPECT_EQ(draw(1, l), 0.0);
}

TEST(Posterior, UndeterminedDirectionsAreUncertainAndOthersAreNot) {
  // Two offsets that always come as 2 : 1, nothing else known of them.
  RowMatrix data = random_rows(40, 4, 9);
  data.col(0).setConstant(2.0);
  data.col(1).setConstant(1.0);
  const Posterior posterior(factor_of(data), {0.0, 0.0, 0.0}, 1.0);
  EXPECT_EQ(posterior.undetermined(), 1);
  const Eigen::Vector3d same(4.0, 2.0, 0.0);
  const Eigen::Vector3d other(4.0, 4.0, 0.0);
  EXPECT_LT(posterior.standard_deviations(from_eigen(same)).front(), 1.0);
  EXPECT_GT(posterior.standard_deviations(from_eigen(other)).front(), 1e5);
}

TEST(Posterior, ColumnsWithoutDataKeepThePriorsWidth) {
  RowMatrix data = random_rows(40, 5, 10);
  data.col(2).setZero();
  const TriangularFactor factor = factor_of(data);
  for (const PriorScaling scaling : {PriorScaling::none, PriorScaling::unit_norm}) {
    LeastSquaresOptions options;
    options.strength = Strength::given;
    options.lambda = 0.25;
    options.prior.scaling = scaling;
    options.posterior = true;
    const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor});
    ASSERT_TRUE(found.posterior);
    Matrix unit(4, 1);
    unit(2, 0) = 1.0;
    const double typical = typical_size(testing::unknown_norms(factor));
    EXPECT_NEAR(found.posterior->standard_deviations(unit).front(),
                std::sqrt(found.posterior->noise_variance()) / (0.5 * typical), 1e-12);
  }
}

TEST(Posterior, SamplesHaveItsCovariance) {
  const RowMatrix data = random_rows(30, 7, 11);
  const std::vector<double> penalty{0.5, 1.0, infinity, 0.1, 2.0, 0.0};
  const Posterior posterior(factor_of(data), penalty, 0.25);
  constexpr long count = 40000;
  const Matrix draws = posterior.sample(count, 17);
  const Eigen::Map<const Eigen::MatrixXd> x(draws.values().data(), 6, count);
  const Eigen::MatrixXd covariance = x * x.transpose() / count;
  for (long i = 0; i < 6; ++i) {
    Matrix unit(6, 1);
    unit(i, 0) = 1.0;
    const double deviation = posterior.standard_deviations(unit).front();
    EXPECT_NEAR(x.row(i).mean(), 0.0, 4.5 * deviation / std::sqrt(count));
    EXPECT_NEAR(covariance(i, i), deviation * deviation, 4.5 * deviation * deviation * std::sqrt(2.0 / count));
    for (long j = 0; j < i; ++j) {
      Matrix sum(6, 1);
      sum(i, 0) = sum(j, 0) = 1.0;
      const double both = posterior.standard_deviations(sum).front();
      const double found = covariance(i, i) + covariance(j, j) + 2.0 * covariance(i, j);
      EXPECT_NEAR(found, both * both, 4.5 * both * both * std::sqrt(2.0 / count) + 1e-30);
    }
  }
}

TEST(Posterior, DeviationsAreThoseOfItsSamplesPredictions) {
  const RowMatrix data = random_rows(50, 21, 12);
  const Posterior posterior(factor_of(data), std::vector<double>(20, 0.8), 0.5);
  const Eigen::MatrixXd rows = random_rows(20, 30, 13);
  const std::vector<double> deviations = posterior.standard_deviations(from_eigen(rows));
  constexpr long count = 4000;
  const Matrix draws = posterior.sample(count, 3);
  const Eigen::MatrixXd predictions = rows.transpose() * Eigen::Map<const Eigen::MatrixXd>(draws.values().data(), 20, count);
  for (long l = 0; l < 30; ++l) {
    const double deviation = deviations[static_cast<std::size_t>(l)];
    EXPECT_NEAR(std::sqrt(predictions.row(l).squaredNorm() / count), deviation, 4.5 * deviation / std::sqrt(2.0 * count));
  }
}

TEST(Posterior, SamplesDependOnTheirSeedOnly) {
  const Posterior posterior(factor_of(random_rows(300, 201, 14)), std::vector<double>(200, 0.1), 1.0);
  const int before = threads();
  set_threads(1);
  const Matrix one = posterior.sample(150, 5);
  set_threads(3);
  const Matrix three = posterior.sample(150, 5);
  set_threads(before);
  EXPECT_TRUE(std::equal(one.values().begin(), one.values().end(), three.values().begin()));
  EXPECT_NE(one(0, 0), posterior.sample(1, 6)(0, 0));
}

TEST(Posterior, MarginalIsThePartOfTheCovariance) {
  const RowMatrix data = random_rows(60, 13, 15);
  std::vector<double> penalty(12, 0.3);
  penalty[4] = infinity;
  const Posterior posterior(factor_of(data), penalty, 2.0);
  for (const std::vector<long>& part : {std::vector<long>{8, 9, 10, 11}, {0, 1, 2, 3}, {1, 4, 7, 11}, {9, 0, 4, 3}}) {
    const Posterior marginal = posterior.marginal(part);
    Eigen::MatrixXd rows = random_rows(static_cast<long>(part.size()), 5, 16);
    Eigen::MatrixXd wide_rows = Eigen::MatrixXd::Zero(12, 5);
    for (std::size_t k = 0; k < part.size(); ++k) wide_rows.row(part[k]) = rows.row(static_cast<long>(k));
    const std::vector<double> found = marginal.standard_deviations(from_eigen(rows));
    const std::vector<double> wanted = posterior.standard_deviations(from_eigen(wide_rows));
    for (std::size_t l = 0; l < 5; ++l) EXPECT_NEAR(found[l], wanted[l], 1e-13 * wanted[l]);
  }
}

TEST(Posterior, ComesBackFromItsBytes) {
  const Posterior posterior(factor_of(random_rows(30, 9, 17)), {1, 2, 3, infinity, 5, 0, 7, 8}, 0.3);
  const std::string bytes = posterior.serialize();
  EXPECT_EQ(Posterior::deserialize(bytes).serialize(), bytes);
  for (const std::size_t length : {std::size_t{0}, std::size_t{5}, bytes.size() - 1})
    EXPECT_THROW(Posterior::deserialize(bytes.substr(0, length)), InputError);
  EXPECT_THROW(Posterior::deserialize(bytes + "x"), InputError);
  EXPECT_THROW(Posterior::from_packed({1.0, 1.0}, 1.0, 0, std::vector{1.0, 2.0}), ShapeError);
  EXPECT_THROW(Posterior::from_packed({1.0, 1.0}, 1.0, 0, std::vector{1.0, 2.0, -3.0}), DomainError);
}

TEST(Posterior, RefusesWhatMakesNoSense) {
  const TriangularFactor factor = factor_of(random_rows(10, 4, 18));
  EXPECT_THROW(Posterior(factor, {1.0, 1.0}, 1.0), ShapeError);
  EXPECT_THROW(Posterior(factor, {1.0, -1.0, 1.0}, 1.0), DomainError);
  EXPECT_THROW(Posterior(factor, {1.0, 1.0, 1.0}, -1.0), DomainError);
  EXPECT_THROW(Posterior(factor, {1.0, 1.0, 1.0}, 1.0).standard_deviations(Matrix(2, 1)), ShapeError);
}

TEST(Posterior, IsLeftOutWhenNoRowIsToSpare) {
  LeastSquaresOptions options;
  options.strength = Strength::given;
  options.posterior = true;
  const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor_of(random_rows(8, 9, 19))});
  EXPECT_FALSE(found.posterior);
  EXPECT_NE(found.summary.message.find("no posterior"), std::string::npos) << found.summary.message;
}

TEST(Sensitivity, OracleFiniteDifferenceOfTheRefit) {
  const long block = 15;
  const long parents = 6;
  RowMatrix rows = random_rows(80, block + parents + 1, 20);
  std::vector<double> penalty(15, 0.9);
  penalty[3] = infinity;
  const Posterior posterior(
      [&] {
        RowMatrix own(80, block + 1);
        own << rows.leftCols(block), rows.rightCols(1);
        return factor_of(own);
      }(),
      penalty, 1.0);
  const Matrix found = sensitivity(posterior, factor_of(rows));
  // The fit to b - A_p c_p is linear in c_p: its change by one unit is the derivative.
  for (long p = 0; p < parents; ++p) {
    Wide a = rows.leftCols(block).cast<long double>();
    a.col(3).setZero();
    Wide precision = a.transpose() * a;
    for (long j = 0; j < block; ++j) precision(j, j) += j == 3 ? 1.0L : 0.81L;
    const Wide change = precision.ldlt().solve(-(a.transpose() * rows.col(block + p).cast<long double>()));
    for (long j = 0; j < block; ++j) EXPECT_NEAR(found(j, p), static_cast<double>(change(j)), 1e-13);
  }
}

}  // namespace
}  // namespace carillon
