#include "carillon/solve/ridge_path.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "carillon/core/error.hpp"

namespace carillon {

std::vector<double> LambdaGrid::values() const {
  if (!(lowest > 0.0) || !(highest >= lowest) || !std::isfinite(highest) || count < 1)
    throw DomainError("lambda grid of " + std::to_string(count) + " values from " + std::to_string(lowest) + " to " +
                      std::to_string(highest) + ": wanted 0 < lowest <= highest and at least one value");
  std::vector<double> values;
  for (long l = 0; l < count; ++l) {
    const double part = count > 1 ? static_cast<double>(l) / static_cast<double>(count - 1) : 0.0;
    values.push_back(lowest * std::pow(highest / lowest, part));
  }
  return values;
}

double gcv_score(double residual_norm, double degrees_of_freedom, long rows) {
  const double m = static_cast<double>(rows);
  const double left = 1.0 - degrees_of_freedom / m;
  if (rows == 0 || left <= 0.0) return std::numeric_limits<double>::infinity();
  return residual_norm * residual_norm / m / (left * left);
}

RidgePath ridge_path(const TriangularFactor& factor, const Prior& prior, const std::vector<double>& lambdas) {
  return ridge_path(BandForm(StandardForm(factor, prior)), factor.row_count(), lambdas);
}

RidgePath ridge_path(const BandForm& band, long rows, const std::vector<double>& lambdas, std::vector<double>* singular_values) {
  const BandForm::Path inner = band.path(lambdas, singular_values);
  RidgePath path;
  path.lambda = lambdas;
  path.coefficients = band.form().coefficients(inner.y);
  for (std::size_t l = 0; l < lambdas.size(); ++l) {
    path.residual_norm.push_back(std::sqrt(inner.squared_residual[l]));
    path.degrees_of_freedom.push_back(inner.degrees_of_freedom[l] + static_cast<double>(band.form().free_rank()));
    path.gcv.push_back(gcv_score(path.residual_norm[l], path.degrees_of_freedom[l], rows));
  }
  return path;
}

}  // namespace carillon
