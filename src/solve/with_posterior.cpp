#include "carillon/solve/with_posterior.hpp"

#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {

std::optional<double> noise_variance(const Summary& summary) {
  const double spare = static_cast<double>(summary.rows) - summary.degrees_of_freedom;
  // The degrees of freedom come from sums of up to `columns` numbers near 1.
  if (spare <= 1e-9 * static_cast<double>(summary.rows)) return {};
  return summary.residual_norm * summary.residual_norm / spare;
}

std::vector<double> posterior_penalty(const Prior& prior, std::span<const double> lambda, const PriorOptions& options) {
  const std::size_t count = prior.weight.size();
  if (lambda.size() != 1 && lambda.size() != count) throw ShapeError("one strength per unknown, or one for all");
  const double typical = typical_size(prior.weight);
  std::vector<double> penalty(count, 0.0);
  for (std::size_t j = 0; j < count; ++j) {
    if (!options.penalised.empty() && !options.penalised[j]) continue;
    if (!options.stiffness.empty() && options.stiffness[j] == 0.0) continue;
    const double strength = lambda[lambda.size() == 1 ? 0 : j];
    penalty[j] = std::sqrt(strength) * (prior.weight[j] > 0.0 ? prior.weight[j] : typical);
  }
  return penalty;
}

void add_posterior(LeastSquaresResult& result, const TriangularFactor& total, const Prior& prior, const PriorOptions& options) {
  Summary& summary = result.summary;
  const std::optional<double> variance = noise_variance(summary);
  if (variance)
    result.posterior.emplace(total, posterior_penalty(prior, {&summary.lambda, 1}, options), *variance);
  else
    summary.message += std::string(summary.message.empty() ? "" : "; ") +
                       "no posterior: the fit has as many degrees of freedom as the data have rows";
}

LeastSquaresResult WithPosterior::solve(std::span<const TriangularFactor> groups, const Communicator& world) const {
  LeastSquaresResult result = method_->solve(groups, world);
  world.agree([&] {
    if (world.is_root())
      add_posterior(result, merge_groups(groups), make_prior(unknown_norms(groups), options_.prior), options_.prior);
  });
  return result;
}

}  // namespace carillon
