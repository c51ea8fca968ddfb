#include "carillon/solve/bayesian_ridge.hpp"

#include <fmt/format.h>

#include "carillon/core/interrupt.hpp"
#include "carillon/solve/spectrum.hpp"
#include "carillon/solve/with_posterior.hpp"

namespace carillon {

LeastSquaresResult BayesianRidge::solve(std::span<const TriangularFactor> groups, const Communicator& world) const {
  LeastSquaresResult result;
  world.agree([&] {
    if (world.is_root()) result = solve_alone(groups);
  });
  return result;
}

LeastSquaresResult BayesianRidge::solve_alone(std::span<const TriangularFactor> groups) const {
  const TriangularFactor total = merge_groups(groups);
  const Prior prior = make_prior(unknown_norms(groups), options_.prior);
  const std::vector<double> lambdas = options_.grid.values();
  LeastSquaresResult result;
  LikelihoodMaximum best;
  Spectrum spectrum;
  {
    const BandForm band(StandardForm(total, prior));
    const long rows = total.row_count() - band.form().free_rank();
    result.likelihood = marginal_likelihood(band, rows, lambdas);
    best = maximise_marginal_likelihood(band, rows, *result.likelihood);
    std::vector<double> values;
    result.path = ridge_path(band, total.row_count(), lambdas, &values);
    spectrum = exact_spectrum(values, band.form(), total);
  }
  check_interrupt();
  Solution solution = solve_ridge_before_spectrum(total, prior, best.lambda);
  result.coefficients = std::move(solution.coefficients);
  result.summary = std::move(solution.summary);
  set_spectrum(result.summary, spectrum);
  result.summary.lambda_how = fmt::format("evidence: log marginal likelihood {:.6g}{}", best.log_likelihood,
                                          best.refined ? "" : ", at an end of the grid where it still rises");
  if (options_.posterior) add_posterior(result, total, prior, options_.prior);
  return result;
}

}  // namespace carillon
