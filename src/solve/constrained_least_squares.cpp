#include "carillon/solve/constrained_least_squares.hpp"

#include "carillon/core/interrupt.hpp"

namespace carillon {

LeastSquaresResult ConstrainedLeastSquares::solve(std::span<const TriangularFactor> groups, const Communicator& world) const {
  LeastSquaresResult result = method_->solve(groups, world);
  world.agree([&] {
    if (world.is_root()) constrain(result, groups);
  });
  return result;
}

void ConstrainedLeastSquares::constrain(LeastSquaresResult& result, std::span<const TriangularFactor> groups) const {
  check_interrupt();
  const Prior prior = make_prior(unknown_norms(groups), options_.prior);
  const Summary free = result.summary;
  Solution constrained = solve_constrained(merge_groups(groups), prior, free.lambda, options_.constraints).solution;
  result.coefficients = std::move(constrained.coefficients);
  Summary& summary = result.summary = std::move(constrained.summary);
  summary.lambda_how = free.lambda_how;
  summary.rank = free.rank;
  summary.condition = free.condition;
  summary.regularised_condition = free.regularised_condition;
  // What the data left open may be what the constraints fix; sensitivity to their last digits stays.
  if (summary.status == SolveStatus::ok && free.status == SolveStatus::ill_conditioned) {
    summary.status = free.status;
    summary.message = free.message;
  }
}

}  // namespace carillon
