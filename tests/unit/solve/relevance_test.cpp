#include "carillon/solve/relevance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"
#include "carillon/solve/least_squares.hpp"
#include "carillon/solve/triangle.hpp"
#include "unit/solve/bayesian_reference.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::as_eigen;
using testing::BayesianReference;
using testing::factor_of;
using testing::random_rows;
using testing::relative_difference;
using testing::RowMatrix;
using testing::unknown_norms;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Relevance with a tolerance of choice, coefficients in the data's own units.
RelevanceSolution relevance_of(const RowMatrix& rows, const std::vector<int>& section, RelevanceOptions options) {
  const TriangularFactor factor = factor_of(rows);
  const std::vector<double> ones(section.size(), 1.0);
  StandardForm form(factor, Prior{ones, std::vector<double>(section.size(), 0.0)});
  const MatrixView triangle = triangularise(form);
  RelevanceProblem problem;
  problem.triangle = triangle;
  problem.outside = form.outside();
  problem.section = section;
  problem.sections = 3;
  problem.rows = rows.rows();
  return find_relevance(problem, 1.0, options);
}

void expect_equals_reference(const BayesianReference& reference, const RelevanceSolution& found) {
  for (std::size_t g = 0; g < 3; ++g) {
    const double wanted = reference.relevance_lambda[g] / reference.relevance_alpha;
    if (wanted > 1e10)
      EXPECT_EQ(found.relevance.lambda[g], infinity) << "section " << g;
    else
      EXPECT_NEAR(found.relevance.lambda[g], wanted, 1e-8 * wanted) << "section " << g;
  }
  EXPECT_NEAR(found.relevance.noise_variance * reference.relevance_alpha, 1.0, 1e-8);
  EXPECT_NEAR(found.relevance.log_likelihood, reference.relevance_log_likelihood, 1e-8);
  EXPECT_LT(relative_difference(as_eigen(found.y.column(0)), reference.relevance_coefficients), 1e-8);
}

TEST(Relevance, OracleBruteForceMarginalLikelihood) {
  const BayesianReference reference("all_needed");
  const RelevanceSolution found = relevance_of(reference.rows, reference.section, {1e-11, 500});
  EXPECT_TRUE(found.relevance.converged);
  EXPECT_LT(found.relevance.iterations, 60);
  expect_equals_reference(reference, found);
}

TEST(Relevance, OraclePrunesWhatBruteForceSendsToInfinity) {
  const BayesianReference reference("one_useless");
  const RelevanceSolution found = relevance_of(reference.rows, reference.section, {1e-11, 500});
  EXPECT_TRUE(found.relevance.converged);
  EXPECT_EQ(found.relevance.parameters[2], 0.0);
  for (long j = 8; j < 12; ++j) EXPECT_EQ(found.y(j, 0), 0.0);
  expect_equals_reference(reference, found);
}

TEST(Relevance, OneSectionIsBayesianRidge) {
  RowMatrix rows = random_rows(120, 41, 5);
  rows.col(40) = rows.leftCols(40) * random_rows(40, 1, 6) + 0.3 * random_rows(120, 1, 7);
  LeastSquaresOptions options;
  options.prior.penalised.assign(40, true);
  options.prior.penalised[3] = false;
  options.method = "bayesian_ridge";
  const LeastSquaresResult ridge = make_least_squares(options)->solve(std::vector{factor_of(rows)});
  options.method = "ard";
  const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor_of(rows)});
  EXPECT_NEAR(found.summary.lambda, ridge.summary.lambda, 1e-6 * ridge.summary.lambda);
  EXPECT_LT(relative_difference(as_eigen(found.coefficients), as_eigen(ridge.coefficients)), 1e-8);
  EXPECT_NEAR(found.summary.degrees_of_freedom, ridge.summary.degrees_of_freedom, 1e-6);
  EXPECT_NEAR(found.summary.residual_norm, ridge.summary.residual_norm, 1e-9 * ridge.summary.residual_norm);
  EXPECT_EQ(found.summary.rank, ridge.summary.rank);
}

TEST(Relevance, RecoversWhichSectionsMatter) {
  // Sections of widths 1, 0 and 0.1 under noise 0.1: the middle one is pruned or left next to nothing.
  int pruned = 0;
  for (unsigned seed = 0; seed < 10; ++seed) {
    RowMatrix rows = random_rows(300, 61, 50 + seed);
    Eigen::VectorXd truth = random_rows(60, 1, 90 + seed);
    truth.segment(20, 20).setZero();
    truth.tail(20) *= 0.1;
    rows.col(60) = rows.leftCols(60) * truth + 0.1 * random_rows(300, 1, 130 + seed);
    LeastSquaresOptions options;
    options.method = "ard";
    options.posterior = true;
    options.sections.assign(60, 0);
    std::fill_n(options.sections.begin() + 20, 20, 1);
    std::fill_n(options.sections.begin() + 40, 20, 2);
    const LeastSquaresResult found = make_least_squares(options)->solve(std::vector{factor_of(rows)});
    ASSERT_EQ(found.summary.status, SolveStatus::ok) << found.summary.message;
    const std::vector<double>& lambda = found.relevance->lambda;
    EXPECT_GT(lambda[1], 30.0 * lambda[2]);
    // Widths 1 and 0.1: strengths differ by 100, each known to sqrt(2/20) or so.
    EXPECT_NEAR(std::log(lambda[2] / lambda[0]), std::log(100.0), 4.0 * std::sqrt(4.0 / 20.0));
    if (lambda[1] != infinity) continue;
    ++pruned;
    for (std::size_t j = 20; j < 40; ++j) EXPECT_EQ(found.coefficients[j], 0.0);
    EXPECT_EQ(found.posterior->varying().size(), 40u);
  }
  EXPECT_GE(pruned, 3);  // half of the useless sections in the long run
}

TEST(Relevance, SaysWhenItHasNotConverged) {
  const BayesianReference reference("all_needed");
  const RelevanceSolution found = relevance_of(reference.rows, reference.section, {1e-11, 2});
  EXPECT_FALSE(found.relevance.converged);
  EXPECT_GT(found.relevance.last_change, 1e-11);
  EXPECT_EQ(found.relevance.iterations, 2);
}

TEST(Relevance, RefusesSectionsThatDoNotFit) {
  LeastSquaresOptions options;
  options.method = "ard";
  options.sections = {0, 1};
  EXPECT_THROW(make_least_squares(options)->solve(std::vector{factor_of(random_rows(10, 4, 1))}), ShapeError);
  options.sections = {0, -1, 0};
  EXPECT_THROW(make_least_squares(options)->solve(std::vector{factor_of(random_rows(10, 4, 1))}), DomainError);
}

}  // namespace
}  // namespace carillon
