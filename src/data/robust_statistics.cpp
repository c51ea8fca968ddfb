#include "carillon/data/robust_statistics.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {

double median_of(std::vector<double> values) {
  if (values.empty()) throw DomainError("median of no values");
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

RobustSpread robust_spread(const std::vector<double>& values) {
  RobustSpread out;
  out.median = median_of(values);
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const double value : values) deviations.push_back(std::abs(value - out.median));
  out.sigma = 1.4826 * median_of(std::move(deviations));
  return out;
}

}  // namespace carillon
