#include "carillon/solve/relevance_least_squares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/solve/spectrum.hpp"
#include "carillon/solve/triangle.hpp"
#include "carillon/solve/with_posterior.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

std::vector<int> checked_sections(const std::vector<int>& sections, long unknowns) {
  if (sections.empty()) return std::vector<int>(static_cast<Index>(unknowns), 0);
  if (static_cast<long>(sections.size()) != unknowns)
    throw ShapeError(fmt::format("sections of {} unknowns do not fit a factor of {}", sections.size(), unknowns));
  if (*std::min_element(sections.begin(), sections.end()) < 0) throw DomainError("sections are numbered from 0");
  return sections;
}

/// The strength that one section for all would get: where the search begins.
double common_strength(const TriangularFactor& total, const Prior& prior, const LambdaGrid& grid) {
  const BandForm band(StandardForm(total, prior));
  const long rows = total.row_count() - band.form().free_rank();
  return maximise_marginal_likelihood(band, rows, marginal_likelihood(band, rows, grid.values())).lambda;
}

/// Over the coefficients that are kept; 0 where none is.
double geometric_mean(const Relevance& relevance, const std::vector<int>& section) {
  double sum = 0.0;
  double count = 0.0;
  for (const int g : section) {
    const double lambda = relevance.lambda[static_cast<Index>(g)];
    if (!std::isfinite(lambda)) continue;
    sum += std::log(lambda);
    count += 1.0;
  }
  return count > 0.0 ? std::exp(sum / count) : 0.0;
}

std::string words(const Relevance& relevance) {
  const auto pruned = std::count_if(relevance.lambda.begin(), relevance.lambda.end(), [](double x) { return !std::isfinite(x); });
  std::string out =
      fmt::format("relevance: log marginal likelihood {:.6g}, {} sections kept, {} pruned, {} iterations",
                  relevance.log_likelihood, static_cast<long>(relevance.lambda.size()) - pruned, pruned, relevance.iterations);
  return out;
}

}  // namespace

LeastSquaresResult RelevanceLeastSquares::solve(std::span<const TriangularFactor> groups, const Communicator& world) const {
  LeastSquaresResult result;
  world.agree([&] {
    if (world.is_root()) result = solve_alone(groups);
  });
  return result;
}

LeastSquaresResult RelevanceLeastSquares::solve_alone(std::span<const TriangularFactor> groups) const {
  const TriangularFactor total = merge_groups(groups);
  const std::vector<int> sections = checked_sections(options_.sections, total.unknowns());
  const Prior prior = make_prior(unknown_norms(groups), options_.prior);
  const double start = common_strength(total, prior, options_.grid);
  check_interrupt();

  StandardForm form(total, prior);
  std::vector<int> section;
  for (const long unknown : form.unknowns()) section.push_back(sections[static_cast<Index>(unknown)]);
  const MatrixView triangle = triangularise(form);
  const Spectrum spectrum = find_spectrum(total, prior, form, triangle);
  const MatrixView rows = form.used_rows();
  const double below = rows.rows > form.size() ? rows(form.size(), form.size()) : 0.0;
  const int count = 1 + *std::max_element(sections.begin(), sections.end());
  RelevanceSolution found =
      find_relevance({triangle, form.outside() + below * below, section, count, total.row_count() - form.free_rank()}, start);

  LeastSquaresResult result;
  const Matrix coefficients = form.coefficients(found.y);
  result.coefficients.assign(coefficients.values().begin(), coefficients.values().end());
  const Relevance& relevance = found.relevance;
  Summary& summary = result.summary;
  summary.rows = total.row_count();
  summary.columns = total.unknowns();
  summary.zero_columns = form.zero_columns();
  summary.lambda = geometric_mean(relevance, section);
  summary.lambda_how = words(relevance);
  summary.degrees_of_freedom =
      std::accumulate(relevance.parameters.begin(), relevance.parameters.end(), static_cast<double>(form.free_rank()));
  summary.residual_norm = std::sqrt(total.squared_residuals(coefficients).front());
  summary.rms = summary.residual_norm / std::sqrt(static_cast<double>(summary.rows));
  if (form.free_rank() < form.free_columns()) {
    summary.status = SolveStatus::rank_deficient;
    summary.message = "unpenalised columns depend on each other: the smallest coefficients that fit were taken";
  } else if (!relevance.converged) {
    summary.status = SolveStatus::not_converged;
    summary.message = fmt::format("stopped after {} iterations, where a strength still changed by {:.3g} in its logarithm",
                                  relevance.iterations, relevance.last_change);
  }
  set_spectrum(summary, spectrum);
  summary.regularised_condition = found.condition;

  if (options_.posterior) {
    std::vector<double> lambda;
    for (const int g : sections) lambda.push_back(relevance.lambda[static_cast<Index>(g)]);
    if (const std::optional<double> variance = noise_variance(summary))
      result.posterior.emplace(total, posterior_penalty(prior, lambda, options_.prior), *variance);
  }
  result.relevance = relevance;
  return result;
}

}  // namespace carillon
