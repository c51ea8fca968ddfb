// Oracle: LASSO, elastic net, truncated SVD and constrained ridge against scikit-learn, numpy and scipy
// (data/make_solver_reference.py says how each was made; its numbers, with the data, are in data/solver_reference.json).

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "carillon/solve/constrained_least_squares.hpp"
#include "carillon/solve/lasso.hpp"
#include "carillon/solve/tsvd.hpp"

namespace carillon {
namespace {

using Numbers = std::vector<double>;

constexpr double close = 1e-8;

const nlohmann::json& reference() {
  static const nlohmann::json data =
      nlohmann::json::parse(std::ifstream(CARILLON_SOURCE_DIR "/tests/golden/data/solver_reference.json"));
  return data;
}

/// Factors of the groups' rows [a | 1 | b], cut as numpy.array_split does.
std::vector<TriangularFactor> groups_of(long count) {
  const auto a = reference()["a"].get<std::vector<Numbers>>();
  const auto b = reference()["b"].get<Numbers>();
  std::vector<TriangularFactor> groups;
  std::size_t next = 0;
  for (long g = 0; g < count; ++g) {
    TriangularFactor& factor = groups.emplace_back(static_cast<long>(a.front().size()) + 2);
    const std::size_t rows = a.size() / static_cast<std::size_t>(count) + (g < static_cast<long>(a.size()) % count ? 1 : 0);
    for (const std::size_t end = next + rows; next < end; ++next) {
      Numbers row = a[next];
      row.insert(row.end(), {1.0, b[next]});
      factor.absorb(row, 1);
    }
  }
  return groups;
}

/// Columns at norm 1, and the last one without prior.
PriorOptions prior_options(const TriangularFactor& factor) {
  PriorOptions options;
  options.scaling = PriorScaling::unit_norm;
  options.penalised.assign(static_cast<std::size_t>(factor.unknowns()), true);
  options.penalised.back() = false;
  return options;
}

Prior prior_of(const TriangularFactor& factor) {
  Numbers norms = factor.column_norms();
  norms.pop_back();
  return make_prior(norms, prior_options(factor));
}

/// Coefficients times their columns' norms, which makes them of one size.
void expect_close(std::span<const double> found, const Numbers& wanted, const Numbers& norms, const std::string& what) {
  ASSERT_EQ(found.size(), wanted.size());
  double size = 0.0;
  for (std::size_t j = 0; j < wanted.size(); ++j) size = std::max(size, std::abs(wanted[j] * norms[j]));
  for (std::size_t j = 0; j < wanted.size(); ++j)
    EXPECT_NEAR(found[j] * norms[j], wanted[j] * norms[j], close * size) << what << ", unknown " << j;
}

LeastSquaresOptions given(const std::string& method, double lambda) {
  LeastSquaresOptions options;
  options.method = method;
  options.strength = Strength::given;
  options.lambda = lambda;
  options.prior = prior_options(groups_of(1).front());
  return options;
}

TEST(SolverReference, LassoBreakpointsOfScikitLearnsLars) {
  const TriangularFactor factor = groups_of(1).front();
  const nlohmann::json& wanted = reference()["lasso"];
  const auto levels = wanted["breakpoints"].get<Numbers>();
  const auto coefficients = wanted["breakpoint_coefficients"].get<std::vector<Numbers>>();
  const Prior prior = prior_of(factor);
  const LassoPath path(factor, prior, 0.0, {levels.back(), 0, 0});
  const std::vector<LarsKnot>& knots = path.lars().knots();
  ASSERT_EQ(knots.size(), levels.size());
  EXPECT_NEAR(lasso_entry_level(factor, prior), wanted["entry_level"].get<double>(), close * levels.front());
  for (std::size_t k = 0; k < levels.size(); ++k) {
    EXPECT_NEAR(knots[k].level, levels[k], close * levels.front());
    const Matrix found = path.coefficients({&knots[k].level, 1});
    expect_close(found.column(0).first(coefficients[k].size()), coefficients[k], factor.column_norms(),
                 "breakpoint " + std::to_string(k));
  }
}

TEST(SolverReference, LassoAndElasticNetOfCoordinateDescent) {
  const std::vector<TriangularFactor> groups = groups_of(1);
  const nlohmann::json& wanted = reference()["lasso"];
  const auto lambdas = wanted["lambda"].get<Numbers>();
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    const LeastSquaresResult lasso = make_least_squares(given("lasso", lambdas[l]))->solve(groups);
    expect_close(lasso.coefficients, wanted["coefficients"][l], groups[0].column_norms(), "lasso");
    EXPECT_LT(lasso.summary.kkt_violation, 1e-10);

    LeastSquaresOptions options = given("elastic_net", lambdas[l]);
    options.sparse.l2 = wanted["l2"].get<double>();
    const LeastSquaresResult net = make_least_squares(options)->solve(groups);
    expect_close(net.coefficients, wanted["elastic_net"][l], groups[0].column_norms(), "elastic net");
    EXPECT_NEAR(net.summary.degrees_of_freedom, wanted["elastic_net_freedom"][l].get<double>(), close);
    EXPECT_LT(net.summary.kkt_violation, 1e-10);
  }
}

TEST(SolverReference, RefitOfTheSupportByLeastSquares) {
  const std::vector<TriangularFactor> groups = groups_of(1);
  const nlohmann::json& wanted = reference()["lasso"];
  const auto lambdas = wanted["lambda"].get<Numbers>();
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    LeastSquaresOptions options = given("lasso", lambdas[l]);
    options.sparse.refit = 0.0;
    expect_close(make_least_squares(options)->solve(groups).coefficients, wanted["refit"][l], groups[0].column_norms(), "refit");
  }
}

TEST(SolverReference, ErrorsOfGroupsLeftOutByAPlainLoop) {
  const std::vector<TriangularFactor> groups = groups_of(reference()["groups"].get<long>());
  const nlohmann::json& wanted = reference()["lasso"];
  const auto lambdas = wanted["lambda"].get<Numbers>();
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    LeastSquaresOptions options = given("lasso", 0.0);
    options.strength = Strength::groups;
    options.grid = {lambdas[l], lambdas[l], 1};
    const LeastSquaresResult result = make_least_squares(options)->solve(groups);
    for (long g = 0; g < static_cast<long>(groups.size()); ++g) {
      const double error = wanted["group_mean_square"][static_cast<std::size_t>(g)][l].get<double>();
      EXPECT_NEAR(result.validation->group_mean_square(g, 0), error, close * error) << "group " << g << ", lambda " << lambdas[l];
    }
  }
}

TEST(SolverReference, TruncatedSvdOfNumpy) {
  const std::vector<TriangularFactor> groups = groups_of(1);
  const nlohmann::json& wanted = reference()["tsvd"];
  const auto values = wanted["singular_values"].get<Numbers>();
  const Prior prior = prior_of(groups[0]);
  const TruncatedSvd svd(groups[0], prior);
  ASSERT_EQ(svd.singular_values().size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(svd.singular_values()[i], values[i], 1e-13 * values[0]);
  for (std::size_t k = 0; k < wanted["kept"].size(); ++k) {
    const auto lambda = wanted["lambda"][k].get<double>();
    const LeastSquaresResult result = make_least_squares(given("tsvd", lambda))->solve(groups);
    EXPECT_EQ(svd.kept(lambda), wanted["kept"][k].get<long>());
    EXPECT_DOUBLE_EQ(result.summary.degrees_of_freedom, wanted["kept"][k].get<double>() + 1.0);
    expect_close(result.coefficients, wanted["coefficients"][k], groups[0].column_norms(), "tsvd");
  }
}

Matrix matrix_of(const nlohmann::json& rows) {
  const auto numbers = rows.get<std::vector<Numbers>>();
  Matrix out(static_cast<long>(numbers.size()), static_cast<long>(numbers.front().size()));
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (std::size_t j = 0; j < numbers[i].size(); ++j) out(static_cast<long>(i), static_cast<long>(j)) = numbers[i][j];
  return out;
}

TEST(SolverReference, ConstrainedRidgeOverAllActiveSets) {
  const std::vector<TriangularFactor> groups = groups_of(1);
  const nlohmann::json& wanted = reference()["constrained"];
  LinearConstraints constraints{matrix_of(wanted["equal"]), wanted["equal_to"].get<Numbers>(), matrix_of(wanted["at_least"]),
                                wanted["bound"].get<Numbers>()};
  const auto lambda = wanted["lambda"].get<double>();
  const ConstrainedSolution found = solve_constrained(groups[0], prior_of(groups[0]), lambda, constraints);
  expect_close(found.solution.coefficients, wanted["coefficients"], groups[0].column_norms(), "constrained");
  const auto active = wanted["active"].get<std::vector<std::size_t>>();
  EXPECT_EQ(found.solution.summary.active_constraints, static_cast<long>(active.size()));
  for (std::size_t k = 0; k < active.size(); ++k) {
    const auto multiplier = wanted["multipliers"][k].get<double>();
    EXPECT_NEAR(found.multipliers[active[k]], multiplier, close * multiplier);
  }
  EXPECT_NEAR(found.solution.summary.degrees_of_freedom, wanted["degrees_of_freedom"].get<double>(), close);
  EXPECT_LT(found.solution.summary.kkt_violation, 1e-10);

  LeastSquaresOptions options = given("ridge", lambda);
  options.constraints = constraints;
  EXPECT_EQ(make_least_squares(options)->solve(groups).coefficients, found.solution.coefficients);
}

}  // namespace
}  // namespace carillon
