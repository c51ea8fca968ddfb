#include "carillon/solve/curve_least_squares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/solve/group_workers.hpp"
#include "carillon/solve/merge_tree.hpp"

namespace carillon {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The strengths that a curve reaches: the last ones of an ascending list.
std::span<const double> reached(const StrengthCurve& curve, const std::vector<double>& lambdas) {
  const auto first = std::lower_bound(lambdas.begin(), lambdas.end(), curve.lowest());
  return {first, lambdas.end()};
}

void require_any(std::size_t count, const StrengthCurve& curve) {
  if (count == 0)
    throw InputError(
        fmt::format("no strength of the grid is reached: the path ends at {:.6g}. Allow more active columns or try "
                    "stronger ones",
                    curve.lowest()));
}

RidgePath path_of(const StrengthCurve& curve, const TriangularFactor& factor, const std::vector<double>& lambdas) {
  StrengthCurve::Points points = curve.at(lambdas);
  RidgePath path;
  path.lambda = lambdas;
  for (const double square : factor.squared_residuals(points.coefficients)) path.residual_norm.push_back(std::sqrt(square));
  for (std::size_t l = 0; l < lambdas.size(); ++l)
    path.gcv.push_back(gcv_score(path.residual_norm[l], points.degrees_of_freedom[l], factor.row_count()));
  path.coefficients = std::move(points.coefficients);
  path.degrees_of_freedom = std::move(points.degrees_of_freedom);
  return path;
}

LeastSquaresResult result_of(Solution solution, std::string how) {
  LeastSquaresResult result;
  result.coefficients = std::move(solution.coefficients);
  result.summary = std::move(solution.summary);
  result.summary.lambda_how = std::move(how);
  return result;
}

/// Some columns of a matrix, from the first on.
Matrix columns_from(const Matrix& matrix, long first) {
  Matrix out(matrix.rows(), matrix.columns() - first);
  for (long l = first; l < matrix.columns(); ++l) {
    const std::span<const double> column = matrix.column(l);
    std::copy(column.begin(), column.end(), out.column(l - first).begin());
  }
  return out;
}

/// The first strength that every group's rest has reached.
long first_common(const Matrix& group_mean_square) {
  long first = 0;
  for (long l = 0; l < group_mean_square.columns(); ++l) {
    const std::span<const double> errors = group_mean_square.column(l);
    if (std::any_of(errors.begin(), errors.end(), [](double x) { return std::isinf(x); })) first = l + 1;
  }
  return first;
}

}  // namespace

double CurveLeastSquares::unit(const TriangularFactor&, const Prior&) const { return 1.0; }

LeastSquaresResult CurveLeastSquares::solve(std::span<const TriangularFactor> groups, const Communicator& world) const {
  if (options_.strength == Strength::groups) return solve_by_groups(groups, world);
  LeastSquaresResult result;
  world.agree([&] {
    if (world.is_root()) result = solve_alone(groups);
  });
  return result;
}

LeastSquaresResult CurveLeastSquares::solve_alone(std::span<const TriangularFactor> groups) const {
  const TriangularFactor total = merge_groups(groups);
  const Prior prior = make_prior(unknown_norms(groups), options_.prior);
  const double scale = unit(total, prior);
  check_interrupt();
  if (options_.strength == Strength::given) return solve_given(*curve(total, prior, options_.lambda, scale));

  const std::vector<double> grid = strengths(options_.grid);
  const auto whole = curve(total, prior, grid.front(), scale);
  const std::span<const double> within = reached(*whole, grid);
  require_any(within.size(), *whole);
  RidgePath path = path_of(*whole, total, {within.begin(), within.end()});
  const std::size_t chosen = choose_lambda(path.gcv, {}, ChoiceRule::minimum);
  LeastSquaresResult result =
      result_of(whole->solution(path.lambda[chosen]),
                fmt::format("gcv: score {:.6g}{}", path.gcv[chosen], at_end_of_grid(chosen, path.lambda.size())));
  result.path = std::move(path);
  return result;
}

LeastSquaresResult CurveLeastSquares::solve_given(const StrengthCurve& whole) const {
  const double lambda = std::max(options_.lambda, whole.lowest());
  LeastSquaresResult result = result_of(whole.solution(lambda), "given");
  if (lambda > options_.lambda && result.summary.status == SolveStatus::ok) {
    result.summary.status = SolveStatus::not_converged;
    result.summary.message = fmt::format("the path ended at strength {:.6g}, before {:.6g}", lambda, options_.lambda);
  }
  return result;
}

LeastSquaresResult CurveLeastSquares::solve_by_groups(std::span<const TriangularFactor> own, const Communicator& world) const {
  const int workers = count_group_workers(own, world);
  const std::vector<TriangularFactor> received = share_factors(world, own, workers);
  const std::span<const TriangularFactor> groups = world.is_root() ? own : received;
  std::vector<double> lambdas;
  Prior prior;
  std::optional<TriangularFactor> total;
  double scale = 1.0;
  world.agree([&] {
    if (world.rank() >= workers) return;
    lambdas = strengths(options_.grid);
    prior = make_prior(unknown_norms(groups), options_.prior);
    if (!world.is_root()) return;
    total = merge_groups(groups);
    scale = unit(*total, prior);
  });
  world.broadcast({&scale, 1});
  Matrix group_mean_square;
  world.agree([&] {
    if (world.rank() < workers) group_mean_square = leave_out(groups, prior, lambdas, scale, {world.rank(), workers});
  });
  add_up_on_root(world, workers, group_mean_square);
  LeastSquaresResult result;
  world.agree([&] {
    if (!world.is_root()) return;
    const auto whole = curve(*total, prior, lambdas.front(), scale);
    result = solve_chosen(groups, *total, *whole, std::move(lambdas), group_mean_square);
  });
  return result;
}

/// This worker's share of the errors; infinite where a curve ended before.
Matrix CurveLeastSquares::leave_out(std::span<const TriangularFactor> groups, const Prior& prior,
                                    const std::vector<double>& lambdas, double scale, Share share) const {
  Matrix mean_square(static_cast<long>(groups.size()), static_cast<long>(lambdas.size()));
  const auto visit = [&](long g, const TriangularFactor& rest) {
    check_interrupt();
    const auto without = curve(rest, prior, lambdas.front(), scale);
    const std::span<const double> within = reached(*without, lambdas);
    const TriangularFactor& left_out = groups[static_cast<std::size_t>(g)];
    const std::vector<double> squares = left_out.squared_residuals(without->at(within).coefficients);
    const std::size_t first = lambdas.size() - within.size();
    for (std::size_t l = 0; l < lambdas.size(); ++l)
      mean_square(g, static_cast<long>(l)) =
          l < first ? infinity : squares[l - first] / static_cast<double>(left_out.row_count());
  };
  leave_one_out(groups, visit, share);
  return mean_square;
}

LeastSquaresResult CurveLeastSquares::solve_chosen(std::span<const TriangularFactor> groups, const TriangularFactor& total,
                                                   const StrengthCurve& whole, std::vector<double> lambdas,
                                                   const Matrix& group_mean_square) const {
  const long missed = static_cast<long>(lambdas.size() - reached(whole, lambdas).size());
  const long first = std::max(missed, first_common(group_mean_square));
  require_any(lambdas.size() - static_cast<std::size_t>(first), whole);
  lambdas.erase(lambdas.begin(), lambdas.begin() + first);
  CrossValidation validation = pool_groups(groups, lambdas, columns_from(group_mean_square, first), options_.rule);
  const std::size_t chosen = validation.chosen;
  check_interrupt();
  LeastSquaresResult result =
      result_of(whole.solution(lambdas[chosen]),
                fmt::format("groups: mean square {:.6g} over {} groups left out in turn{}", validation.mean_square[chosen],
                            groups.size(), at_end_of_grid(chosen, lambdas.size())));
  result.path = path_of(whole, total, lambdas);
  result.validation = std::move(validation);
  return result;
}

}  // namespace carillon
