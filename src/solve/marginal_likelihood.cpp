#include "carillon/solve/marginal_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr int most_steps = 100;  // halving alone needs 60 from the widest bracket to the last digit

/// One place of the curve, by log(lambda).
struct Point {
  double log_lambda;
  double slope;
  double log_likelihood;
};

Point point_at(const BandForm& band, long rows, double log_lambda) {
  const double lambda = std::exp(log_lambda);
  const MarginalLikelihood curve = marginal_likelihood(band, rows, {&lambda, 1});
  return {log_lambda, curve.slope.front(), curve.log_likelihood.front()};
}

Point point_of(const MarginalLikelihood& curve, std::size_t place) {
  return {std::log(curve.lambda[place]), curve.slope[place], curve.log_likelihood[place]};
}

/// The root of the slope between `low`, where it is above zero, and `high`, where it is not: false position, with the value
/// at an end that has stayed put halved, so that both ends move (the Illinois rule).
Point root_between(const BandForm& band, long rows, Point low, Point high) {
  double low_weight = low.slope;
  double high_weight = high.slope;
  for (int step = 0; step < most_steps && high.log_lambda - low.log_lambda > 4.0 * epsilon; ++step) {
    const double share = low_weight / (low_weight - high_weight);
    const Point middle = point_at(band, rows, low.log_lambda + share * (high.log_lambda - low.log_lambda));
    if (middle.slope == 0.0) return middle;
    // No further progress: the slope is rounding noise from here on.
    if (middle.log_lambda == low.log_lambda || middle.log_lambda == high.log_lambda) return middle;
    if (middle.slope > 0.0) {
      low = middle;
      low_weight = middle.slope;
      high_weight *= 0.5;
    } else {
      high = middle;
      high_weight = middle.slope;
      low_weight *= 0.5;
    }
  }
  return std::abs(low.slope) < std::abs(high.slope) ? low : high;
}

}  // namespace

MarginalLikelihood marginal_likelihood(const BandForm& band, long rows, std::span<const double> lambdas) {
  if (rows < 1)
    throw DomainError("the marginal likelihood needs more rows than independent unpenalised columns, not " +
                      std::to_string(rows) + " more");
  const BandForm::Path path = band.path(lambdas);
  const double count = static_cast<double>(rows);
  MarginalLikelihood curve{{lambdas.begin(), lambdas.end()}, {}, {}};
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    double size = 0.0;
    for (const double y : path.y.column(static_cast<long>(l))) size += y * y;
    const double prior_part = lambdas[l] * size;
    const double misfit = path.squared_residual[l] + prior_part;
    // Data that are zero throughout are best explained by coefficients that are: any noise is too much, the slope is the dof.
    const double share = misfit > 0.0 ? prior_part / misfit : 0.0;
    const double variance = std::max(misfit / count, std::numeric_limits<double>::min());
    curve.log_likelihood.push_back(-0.5 * count * (std::log(2.0 * std::numbers::pi * variance) + 1.0) -
                                   0.5 * path.log_determinant[l]);
    curve.slope.push_back(0.5 * (path.degrees_of_freedom[l] - count * share));
  }
  return curve;
}

LikelihoodMaximum maximise_marginal_likelihood(const BandForm& band, long rows, const MarginalLikelihood& curve) {
  if (curve.lambda.empty()) throw DomainError("the marginal likelihood of no lambda has no maximum");
  const auto best = static_cast<std::size_t>(std::max_element(curve.log_likelihood.begin(), curve.log_likelihood.end()) -
                                             curve.log_likelihood.begin());
  const std::size_t before = best > 0 && curve.slope[best] <= 0.0 ? best - 1 : best;
  const std::size_t after = best + 1 < curve.lambda.size() && curve.slope[best] > 0.0 ? best + 1 : best;
  const bool bracketed = before < after && curve.slope[before] > 0.0 && curve.slope[after] <= 0.0;
  if (!bracketed) return {curve.lambda[best], curve.log_likelihood[best], false};
  const Point root = root_between(band, rows, point_of(curve, before), point_of(curve, after));
  return {std::exp(root.log_lambda), root.log_likelihood, true};
}

}  // namespace carillon
