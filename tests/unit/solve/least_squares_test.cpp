#include "carillon/solve/least_squares.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/core/error.hpp"
#include "unit/solve/ridge_oracle.hpp"

namespace carillon {
namespace {

using testing::as_eigen;
using testing::factor_of;
using testing::random_rows;
using testing::relative_difference;
using testing::RowMatrix;

struct Noisy {
  Eigen::VectorXd truth = random_rows(60, 1, 1).col(0);
  std::vector<TriangularFactor> groups;

  explicit Noisy(double noise) {
    for (unsigned g = 0; g < 4; ++g) {
      RowMatrix rows = random_rows(30, 61, 2 + g);
      rows.col(60) = noise * rows.col(60) + rows.leftCols(60) * truth;
      groups.push_back(factor_of(rows));
    }
  }
};

TEST(LeastSquares, RecoveryOfCoefficientsWithoutNoise) {
  const Noisy data(0.0);
  LeastSquaresOptions options;
  options.strength = Strength::given;
  options.lambda = 0.0;
  const LeastSquaresResult result = make_least_squares(options)->solve(data.groups);
  EXPECT_LT(relative_difference(as_eigen(result.coefficients), data.truth), 1e-12);
  EXPECT_EQ(result.summary.lambda_how, "given");
  EXPECT_EQ(result.summary.rows, 120);
  EXPECT_FALSE(result.path.has_value());
  EXPECT_FALSE(result.validation.has_value());
}

TEST(LeastSquares, ChosenStrengthsBeatNoneOnNoisyData) {
  const Noisy data(6.0);
  LeastSquaresOptions options;
  options.strength = Strength::given;
  const double without = relative_difference(as_eigen(make_least_squares(options)->solve(data.groups).coefficients), data.truth);
  for (const Strength strength : {Strength::gcv, Strength::groups}) {
    options.strength = strength;
    const LeastSquaresResult result = make_least_squares(options)->solve(data.groups);
    EXPECT_LT(relative_difference(as_eigen(result.coefficients), data.truth), 0.9 * without);
    ASSERT_TRUE(result.path.has_value());
    EXPECT_EQ(result.path->lambda.size(), 60u);
    EXPECT_EQ(result.validation.has_value(), strength == Strength::groups);
    EXPECT_GT(result.summary.lambda, options.grid.lowest);
    EXPECT_EQ(result.summary.lambda_how.rfind(strength == Strength::gcv ? "gcv: " : "groups: ", 0), 0u)
        << result.summary.lambda_how;
  }
}

TEST(LeastSquares, CoefficientsAreTheExactSolutionAtTheChosenLambda) {
  const Noisy data(3.0);
  LeastSquaresOptions options;
  const LeastSquaresResult chosen = make_least_squares(options)->solve(data.groups);
  options.strength = Strength::given;
  options.lambda = chosen.summary.lambda;
  const LeastSquaresResult given = make_least_squares(options)->solve(data.groups);
  EXPECT_EQ(given.coefficients, chosen.coefficients);
}

TEST(LeastSquares, OracleRankAndConditionOfSingularData) {
  // Column 7 repeats column 3, so one of 60 directions is missing; with a prior the solution is sound all the same.
  RowMatrix all(0, 61);
  std::vector<TriangularFactor> groups;
  for (unsigned g = 0; g < 3; ++g) {
    RowMatrix rows = random_rows(50, 61, 20 + g);
    rows.col(7) = rows.col(3);
    groups.push_back(factor_of(rows));
    const RowMatrix before = all;
    all.resize(before.rows() + rows.rows(), 61);
    all << before, rows;
  }
  const Eigen::VectorXd values = Eigen::JacobiSVD<Eigen::MatrixXd>(all.leftCols(60)).singularValues();
  const double weight = make_prior(unknown_norms(groups), {}).weight.front();  // D is a multiple of I
  LeastSquaresOptions options;
  options.lambda = 0.1;
  for (const Strength strength : {Strength::given, Strength::gcv, Strength::groups}) {
    options.strength = strength;
    const Summary summary = make_least_squares(options)->solve(groups).summary;
    EXPECT_EQ(summary.rank, 59);
    EXPECT_GT(summary.condition, 1e14);
    EXPECT_EQ(summary.status, SolveStatus::ok) << summary.message;
    const double lambda = summary.lambda * weight * weight;
    EXPECT_NEAR(summary.regularised_condition, std::sqrt((values(0) * values(0) + lambda) / lambda),
                1e-10 * summary.regularised_condition);
  }
}

TEST(LeastSquares, SaysWhenTheChoiceIsAtTheGridsEnd) {
  const Noisy data(0.0);
  LeastSquaresOptions options;
  options.grid = {1e-3, 1.0, 5};
  const LeastSquaresResult result = make_least_squares(options)->solve(data.groups);
  EXPECT_NE(result.summary.lambda_how.find("at the grid's lower end"), std::string::npos) << result.summary.lambda_how;
}

TEST(LeastSquares, UnknownNamesAreListed) {
  LeastSquaresOptions options;
  options.method = "lasso2";
  try {
    make_least_squares(options);
    FAIL();
  } catch (const InputError& problem) {
    EXPECT_EQ(std::string(problem.what()).find("unknown least-squares method 'lasso2'; known: ridge, "), 0u) << problem.what();
  }
  EXPECT_THROW(strength_from_name("loo"), InputError);
  EXPECT_EQ(strength_from_name("groups"), Strength::groups);
  EXPECT_EQ(strength_from_name("evidence"), Strength::evidence);
}

}  // namespace
}  // namespace carillon
