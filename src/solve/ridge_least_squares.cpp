#include "carillon/solve/ridge_least_squares.hpp"

#include <utility>

#include "carillon/core/interrupt.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

std::string at_end_of_grid(std::size_t chosen, std::size_t count) {
  if (count < 2 || (chosen > 0 && chosen + 1 < count)) return "";
  return chosen == 0 ? ", at the grid's lower end" : ", at the grid's upper end";
}

}  // namespace

LeastSquaresResult RidgeLeastSquares::solve(std::span<const TriangularFactor> groups) const {
  const TriangularFactor total = merge_groups(groups);
  std::vector<double> norms = total.column_norms();
  norms.pop_back();
  const Prior prior = make_prior(norms, options_.prior);
  LeastSquaresResult result;
  const double lambda = choose(result, groups, total, prior);
  const std::string how = std::move(result.summary.lambda_how);
  check_interrupt();
  Solution solution = solve_ridge(total, prior, lambda);
  result.coefficients = std::move(solution.coefficients);
  result.summary = std::move(solution.summary);
  result.summary.lambda_how = how;
  return result;
}

double RidgeLeastSquares::choose(LeastSquaresResult& result, std::span<const TriangularFactor> groups,
                                 const TriangularFactor& total, const Prior& prior) const {
  std::string& how = result.summary.lambda_how;
  how = "given";
  if (options_.strength == Strength::given) return options_.lambda;

  const std::vector<double> lambdas = options_.grid.values();
  std::size_t chosen = 0;
  if (options_.strength == Strength::groups) {
    result.validation = cross_validate(groups, prior, lambdas, options_.rule);
    chosen = result.validation->chosen;
    how = "groups: mean square " + exact_text(result.validation->mean_square[chosen]) + " over " + std::to_string(groups.size()) +
          " groups left out in turn";
  }
  check_interrupt();
  result.path = ridge_path(total, prior, lambdas);
  if (options_.strength == Strength::gcv) {
    chosen = choose_lambda(result.path->gcv, {}, ChoiceRule::minimum);
    how = "gcv: score " + exact_text(result.path->gcv[chosen]);
  }
  how += at_end_of_grid(chosen, lambdas.size());
  return lambdas[chosen];
}

}  // namespace carillon
