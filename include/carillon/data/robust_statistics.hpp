#pragma once

#include <vector>

namespace carillon {

/// Centre and width that a few wild values do not move.
struct RobustSpread {
  double median = 0;
  /// 1.4826 times the median of |x - median|: the standard deviation, where the values are normally distributed.
  double sigma = 0;
};

/// @throws DomainError  no values
/// Cost O(n).
double median_of(std::vector<double> values);
RobustSpread robust_spread(const std::vector<double>& values);

}  // namespace carillon
