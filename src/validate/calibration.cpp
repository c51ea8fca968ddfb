#include "carillon/validate/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

// Of the standard normal distribution: half width of the central interval that holds 50 % and 90 %.
constexpr double half_width_50 = 0.67448975019608174;
constexpr double half_width_90 = 1.6448536269514722;

constexpr std::size_t curve_points = 19;  // 5 % apart

/// An error is within the intervals that hold more than erf(ratio / sqrt 2) of a normal distribution.
void add_to_curve(std::vector<double>& curve, double ratio) {
  const double share = std::erf(ratio / std::numbers::sqrt2);
  for (std::size_t k = 0; k < curve.size(); ++k) curve[k] += share <= 0.05 * static_cast<double>(k + 1) ? 1 : 0;
}

CalibrationRow summary_of(const std::string& quantity, const std::vector<double>& ratios, double scale) {
  CalibrationRow row{quantity, static_cast<long>(ratios.size()), 0, 0, 0, 0};
  row.curve.assign(curve_points, 0);
  for (const double unscaled : ratios) {
    const double ratio = unscaled / scale;
    row.coverage_50 += ratio <= half_width_50 ? 1 : 0;
    row.coverage_90 += ratio <= half_width_90 ? 1 : 0;
    add_to_curve(row.curve, ratio);
    row.mean_ratio += ratio;
    row.rms_ratio += ratio * ratio;
  }
  const double count = std::max(1.0, static_cast<double>(row.count));
  row.coverage_50 /= count;
  row.coverage_90 /= count;
  for (double& share : row.curve) share /= count;
  row.mean_ratio /= count;
  row.rms_ratio = std::sqrt(row.rms_ratio / count);
  return row;
}

/// Numbers that a frame's labels hold.
long labels_of(const Structure& reference) {
  long count = reference.energy ? 1 : 0;
  if (reference.forces) count += 3 * static_cast<long>(reference.forces->size());
  if (reference.stress) count += reference.stress_is_diagonal ? 3 : 6;
  return count;
}

}  // namespace

void Calibration::add(const Structure& reference, const Prediction& prediction) {
  if (!prediction.deviation) {
    left_out_ += labels_of(reference);
    return;
  }
  const Deviation& deviation = *prediction.deviation;
  const auto compare = [&](const char* quantity, double wanted, double predicted, double expected) {
    if (expected > 0)
      ratios_[quantity].push_back(std::abs(predicted - wanted) / expected);
    else
      ++left_out_;
  };
  if (reference.energy) compare("energy", *reference.energy, prediction.energy, deviation.energy);
  if (reference.forces) {
    const std::size_t atoms = reference.forces->size();
    if (prediction.forces.size() != atoms || deviation.forces.size() != atoms)
      throw ShapeError(fmt::format("calibration: {} reference and {} predicted forces with {} deviations", atoms,
                                   prediction.forces.size(), deviation.forces.size()));
    for (std::size_t i = 0; i < atoms; ++i)
      for (int d = 0; d < 3; ++d) compare("force", (*reference.forces)[i][d], prediction.forces[i][d], deviation.forces[i][d]);
  }
  if (!reference.stress) return;
  for (int v = 0; v < (reference.stress_is_diagonal ? 3 : 6); ++v) {
    const int r = voigt_row[v];
    const int c = voigt_column[v];
    compare("stress", (*reference.stress)(r, c), prediction.stress(r, c), deviation.stress(r, c));
  }
}

double Calibration::scale() const {
  double sum = 0;
  double count = 0;
  for (const auto& [quantity, ratios] : ratios_)
    for (const double ratio : ratios) {
      sum += ratio * ratio;
      count += 1;
    }
  return sum > 0 ? std::sqrt(sum / count) : 1.0;
}

std::vector<CalibrationRow> Calibration::rows(double scale) const {
  std::vector<CalibrationRow> rows;
  std::vector<double> all;
  for (const auto& [quantity, ratios] : ratios_) {  // the map's order is that of the words: energy, force, stress
    rows.push_back(summary_of(quantity, ratios, scale));
    all.insert(all.end(), ratios.begin(), ratios.end());
  }
  if (!rows.empty()) rows.push_back(summary_of("all", all, scale));
  return rows;
}

std::string calibration_markdown(const std::vector<CalibrationRow>& rows) {
  std::string text =
      "| quantity | numbers | within 50 % | within 90 % | mean error/std | rms error/std |\n"
      "| :-- | --: | --: | --: | --: | --: |\n";
  for (const CalibrationRow& row : rows)
    text += fmt::format("| {} | {} | {:.1f} % | {:.1f} % | {:.3g} | {:.3g} |\n", row.quantity, row.count, 100 * row.coverage_50,
                        100 * row.coverage_90, row.mean_ratio, row.rms_ratio);
  return text;
}

std::string calibration_json(const std::vector<CalibrationRow>& rows) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const CalibrationRow& row : rows)
    json.push_back({{"quantity", row.quantity},
                    {"count", row.count},
                    {"coverage_50", row.coverage_50},
                    {"coverage_90", row.coverage_90},
                    {"mean_ratio", row.mean_ratio},
                    {"rms_ratio", row.rms_ratio},
                    {"curve", row.curve}});
  return json.dump(2) + "\n";
}

}  // namespace carillon
