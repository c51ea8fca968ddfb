#include "carillon/geometry/pair_shells.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace carillon {
namespace {

constexpr double smoothing = 0.06;       // Å
constexpr double notable_height = 0.3;   // of the highest peak
constexpr double notable_change = 0.15;  // of the distribution function
constexpr double flat = 0.02;

std::vector<double> smoothed(const std::vector<double>& values, double width) {
  const auto half = static_cast<std::ptrdiff_t>(std::ceil(4 * smoothing / width));
  const auto count = static_cast<std::ptrdiff_t>(values.size());
  std::vector<double> out(values.size());
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    double sum = 0;
    double weights = 0;
    for (std::ptrdiff_t j = std::max<std::ptrdiff_t>(0, k - half); j <= std::min(count - 1, k + half); ++j) {
      const double x = static_cast<double>(j - k) * width / smoothing;
      const double weight = std::exp(-x * x / 2);
      sum += weight * values[static_cast<std::size_t>(j)];
      weights += weight;
    }
    out[static_cast<std::size_t>(k)] = sum / weights;
  }
  return out;
}

/// The place of the next extreme from `start` on, `sign` +1 for a peak and -1 for a minimum: the best value before the curve
/// turns back by notable_change. values.size() when it does not turn back.
std::size_t next_extreme(const std::vector<double>& values, std::size_t start, double sign) {
  std::size_t best = start;
  for (std::size_t k = start; k < values.size(); ++k) {
    if (sign * values[k] > sign * values[best]) best = k;
    if (sign * (values[best] - values[k]) > notable_change) return best;
  }
  return values.size();
}

/// The middle of the stretch around and after `place` that lies as low.
std::size_t middle_of_flat(const std::vector<double>& values, std::size_t place) {
  std::size_t last = place;
  while (last + 1 < values.size() && values[last + 1] < values[place] + flat) ++last;
  return (place + last) / 2;
}

}  // namespace

PairShells pair_shells(const std::vector<double>& distribution, double width) {
  PairShells shells;
  if (distribution.empty()) return shells;
  const std::vector<double> curve = smoothed(distribution, width);
  const auto centre = [&](std::size_t bin) { return (static_cast<double>(bin) + 0.5) * width; };
  const double highest = *std::max_element(curve.begin(), curve.end());
  if (highest <= 0) return shells;
  std::size_t start = 0;
  while (curve[start] < notable_height * highest) ++start;
  const std::size_t peak = next_extreme(curve, start, +1);
  if (peak == curve.size()) return shells;
  shells.first_peak = centre(peak);
  const std::size_t minimum = next_extreme(curve, peak, -1);
  if (minimum == curve.size()) return shells;
  shells.first_minimum = centre(middle_of_flat(curve, minimum));
  const std::size_t second_peak = next_extreme(curve, minimum, +1);
  if (second_peak == curve.size()) return shells;
  const std::size_t second_minimum = next_extreme(curve, second_peak, -1);
  if (second_minimum != curve.size()) shells.second_minimum = centre(middle_of_flat(curve, second_minimum));
  return shells;
}

}  // namespace carillon
