#include "carillon/solve/marginal_likelihood.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/least_squares.hpp"
#include "unit/solve/bayesian_reference.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::as_eigen;
using testing::BayesianReference;
using testing::factor_of;
using testing::graded_rows;
using testing::random_rows;
using testing::relative_difference;
using testing::RowMatrix;
using testing::unknown_norms;

/// Rows whose coefficients are standard normal in the prior's units, with noise.
RowMatrix rows_with_noise(RowMatrix rows, double noise, unsigned seed) {
  const long n = rows.cols() - 1;
  rows.col(n) = rows.leftCols(n) * random_rows(n, 1, seed) + noise * random_rows(rows.rows(), 1, seed + 1);
  return rows;
}

/// The marginal likelihood by its definition: b ~ N(0, s^2 (I + A D^-2 A' / lambda)), the dense covariance of all rows.
double direct_log_likelihood(const RowMatrix& rows, const Prior& prior, double lambda) {
  const long m = rows.rows();
  const long n = rows.cols() - 1;
  Eigen::MatrixXd a = rows.leftCols(n);
  for (long j = 0; j < n; ++j) a.col(j) /= prior.weight[static_cast<std::size_t>(j)];
  const Eigen::MatrixXd covariance = Eigen::MatrixXd::Identity(m, m) + a * a.transpose() / lambda;
  const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
  const Eigen::VectorXd b = rows.col(n);
  const double count = static_cast<double>(m);
  const double variance = b.dot(cholesky.solve(b)) / count;
  const double log_determinant = 2.0 * cholesky.matrixL().toDenseMatrix().diagonal().array().log().sum();
  return -0.5 * count * (std::log(2.0 * std::numbers::pi * variance) + 1.0) - 0.5 * log_determinant;
}

TEST(MarginalLikelihood, IdentityIsTheMarginalLikelihoodByItsDefinition) {
  const RowMatrix rows = rows_with_noise(random_rows(160, 101, 3), 0.5, 11);
  const TriangularFactor factor = factor_of(rows);
  for (const PriorScaling scaling : {PriorScaling::none, PriorScaling::unit_norm}) {
    const Prior prior = make_prior(unknown_norms(factor), {scaling, {}, {}, {}});
    const std::vector<double> lambdas{1e-4, 1e-2, 1.0, 100.0};
    const MarginalLikelihood curve = marginal_likelihood(BandForm(StandardForm(factor, prior)), 160, lambdas);
    for (std::size_t l = 0; l < lambdas.size(); ++l)
      EXPECT_NEAR(curve.log_likelihood[l], direct_log_likelihood(rows, prior, lambdas[l]),
                  1e-9 * std::abs(curve.log_likelihood[l]));
  }
}

TEST(MarginalLikelihood, SlopeIsTheFiniteDifference) {
  const TriangularFactor factor = factor_of(rows_with_noise(random_rows(120, 71, 4), 0.3, 12));
  const BandForm band(StandardForm(factor, make_prior(unknown_norms(factor), {})));
  const double step = 1e-5;
  for (const double lambda : {1e-3, 1e-1, 10.0}) {
    const MarginalLikelihood curve =
        marginal_likelihood(band, 120, std::vector{lambda * std::exp(-step), lambda, lambda * std::exp(step)});
    const double difference = (curve.log_likelihood[2] - curve.log_likelihood[0]) / (2.0 * step);
    EXPECT_NEAR(curve.slope[1], difference, 1e-6 * (1.0 + std::abs(difference)));
  }
}

/// An independent maximum: eigenvalues of the Gram matrix in long double, golden section on log(lambda).
double direct_maximum(const RowMatrix& rows, const Prior& prior) {
  using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  const long n = rows.cols() - 1;
  Wide a = rows.leftCols(n).cast<long double>();
  for (long j = 0; j < n; ++j) a.col(j) /= static_cast<long double>(prior.weight[static_cast<std::size_t>(j)]);
  const Wide b = rows.col(n).cast<long double>();
  const Eigen::SelfAdjointEigenSolver<Wide> eigen(a.transpose() * a);
  const Wide projected = eigen.eigenvectors().transpose() * (a.transpose() * b);
  const long double count = static_cast<long double>(rows.rows());
  const auto score = [&](long double t) {
    long double misfit = b.squaredNorm();
    long double determinant = 0.0L;
    for (long i = 0; i < n; ++i) {
      misfit -= projected(i) * projected(i) / (eigen.eigenvalues()(i) + std::exp(t));
      determinant += std::log1p(eigen.eigenvalues()(i) / std::exp(t));
    }
    return -count * std::log(misfit) - determinant;
  };
  long double low = -20.0L;
  long double high = 5.0L;
  const long double share = (std::sqrt(5.0L) - 1.0L) / 2.0L;
  while (high - low > 1e-9L) {
    const long double left = high - share * (high - low);
    const long double right = low + share * (high - low);
    (score(left) < score(right) ? low : high) = score(left) < score(right) ? left : right;
  }
  return static_cast<double>(std::exp(0.5L * (low + high)));
}

TEST(MarginalLikelihood, OracleMaximumByEigenvalues) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const RowMatrix rows = rows_with_noise(graded_rows(200, 81, 1e3, seed), 0.05, 20 + seed);
    const TriangularFactor factor = factor_of(rows);
    const Prior prior = make_prior(unknown_norms(factor), {});
    const BandForm band(StandardForm(factor, prior));
    const LikelihoodMaximum found =
        maximise_marginal_likelihood(band, 200, marginal_likelihood(band, 200, LambdaGrid{}.values()));
    EXPECT_TRUE(found.refined);
    EXPECT_NEAR(std::log(found.lambda), std::log(direct_maximum(rows, prior)), 1e-7);
    const MarginalLikelihood there = marginal_likelihood(band, 200, std::vector{found.lambda});
    EXPECT_LT(std::abs(there.slope.front()), 1e-10);
  }
}

TEST(MarginalLikelihood, OracleScikitLearnBayesianRidge) {
  for (const char* name : {"all_needed", "one_useless"}) {
    const BayesianReference reference(name);
    const TriangularFactor factor = factor_of(reference.rows);
    LeastSquaresOptions options;
    options.method = "bayesian_ridge";
    options.posterior = true;
    const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor});
    EXPECT_LT(relative_difference(as_eigen(found.coefficients), reference.ridge_coefficients), 1e-8);
    const double width = make_prior(unknown_norms(factor), {}).weight.front();
    EXPECT_NEAR(found.summary.lambda * width * width * reference.ridge_alpha, reference.ridge_lambda,
                1e-8 * reference.ridge_lambda);
    ASSERT_TRUE(found.posterior);
    EXPECT_NEAR(found.posterior->noise_variance() * reference.ridge_alpha, 1.0, 1e-8);
    const long n = factor.unknowns();
    Matrix units(n, n);
    for (long j = 0; j < n; ++j) units(j, j) = 1.0;
    const std::vector<double> deviations = found.posterior->standard_deviations(units);
    for (long j = 0; j < n; ++j)
      EXPECT_NEAR(deviations[static_cast<std::size_t>(j)], std::sqrt(reference.ridge_covariance(j, j)), 1e-8 * deviations[0]);
  }
}

TEST(MarginalLikelihood, KnowsItsMaximumThroughUnpenalisedColumns) {
  // Flat columns integrated out: the same as the other columns and b on the rows' space orthogonal to them.
  RowMatrix rows = rows_with_noise(random_rows(150, 61, 7), 0.4, 31);
  rows.col(60) += 100.0 * rows.col(0);
  const TriangularFactor factor = factor_of(rows);
  PriorOptions options;
  options.penalised.assign(60, true);
  options.penalised[0] = false;
  const Prior prior = make_prior(unknown_norms(factor), options);
  const BandForm band(StandardForm(factor, prior));
  const LikelihoodMaximum found = maximise_marginal_likelihood(band, 149, marginal_likelihood(band, 149, LambdaGrid{}.values()));

  const Eigen::MatrixXd all = Eigen::HouseholderQR<Eigen::MatrixXd>(rows.col(0)).householderQ().transpose() * rows;
  RowMatrix rest = all.block(1, 1, 149, 60);
  const Prior same{std::vector<double>(prior.weight.begin() + 1, prior.weight.end()), std::vector<double>(59, 0.0)};
  EXPECT_NEAR(std::log(found.lambda), std::log(direct_maximum(rest, same)), 1e-7);
  EXPECT_NEAR(found.log_likelihood, direct_log_likelihood(rest, same, found.lambda), 1e-8 * std::abs(found.log_likelihood));
}

TEST(MarginalLikelihood, RecoversNoiseAndWidth) {
  // Fits of many problems with coefficients of width 1 under noise 0.2: s^2 and the prior's width are their averages.
  double noise = 0.0;
  double width = 0.0;
  constexpr int fits = 16;
  for (unsigned seed = 0; seed < fits; ++seed) {
    const TriangularFactor factor = factor_of(rows_with_noise(random_rows(150, 51, 100 + seed), 0.2, 1000 + 2 * seed));
    LeastSquaresOptions options;
    options.strength = Strength::evidence;
    options.grid.count = 12;
    options.posterior = true;
    const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor});
    const double variance = found.posterior->noise_variance();
    noise += variance / fits;
    width += variance / std::pow(found.posterior->penalty().front(), 2) / fits;
  }
  // Standard errors: sqrt(2/100/16) of the noise, sqrt(2/50/16) of the width.
  EXPECT_NEAR(noise, 0.04, 4 * 0.04 * std::sqrt(2.0 / 100 / fits));
  EXPECT_NEAR(width, 1.0, 4 * std::sqrt(2.0 / 50 / fits));
}

TEST(MarginalLikelihood, SaysWhenItRunsOffTheGrid) {
  const RowMatrix rows = random_rows(100, 21, 5);  // b knows nothing of the columns
  LeastSquaresOptions options;
  options.strength = Strength::evidence;
  options.grid.highest = 1e-3;
  const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor_of(rows)});
  EXPECT_DOUBLE_EQ(found.summary.lambda, 1e-3);
  EXPECT_NE(found.summary.lambda_how.find("still rises"), std::string::npos) << found.summary.lambda_how;
}

TEST(MarginalLikelihood, RefusesTooFewRows) {
  const TriangularFactor factor = factor_of(random_rows(3, 4, 1));
  const BandForm band(StandardForm(factor, make_prior(unknown_norms(factor), {})));
  EXPECT_THROW(marginal_likelihood(band, 0, std::vector{1.0}), DomainError);
}

TEST(MarginalLikelihood, IsTheSameForAnyNumberOfThreads) {
  const TriangularFactor factor = factor_of(rows_with_noise(random_rows(400, 201, 9), 0.1, 41));
  LeastSquaresOptions options;
  options.method = "bayesian_ridge";
  options.posterior = true;
  const auto solve = [&](int count) {
    set_threads(count);
    return make_least_squares(options)->solve(std::vector{factor});
  };
  const int before = threads();
  const LeastSquaresResult one = solve(1);
  const LeastSquaresResult four = solve(4);
  set_threads(before);
  EXPECT_EQ(one.coefficients, four.coefficients);
  EXPECT_EQ(one.posterior->serialize(), four.posterior->serialize());
}

}  // namespace
}  // namespace carillon
