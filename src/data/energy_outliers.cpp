#include "carillon/data/energy_outliers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "carillon/core/units.hpp"
#include "carillon/data/robust_statistics.hpp"

namespace carillon {
namespace {

constexpr std::size_t fewest_in_label = 3;
constexpr double pooled_weight = 5;  // frames that the pooled variance stands for
constexpr double label_sigmas = 8;
constexpr double label_floor = 0.05;   // eV/atom: what no label can be trusted below
constexpr double label_certain = 1.5;  // eV/atom: atoms packed at random are up to 1.2 above the liquid they relax to
constexpr double most_outliers = 0.1;  // of a label's frames; more of them are another state
constexpr double set_sigmas = 10;
constexpr double set_floor = 3;  // eV/atom: more than condensed states of one composition differ by
constexpr double dilute = 200;   // Å³/atom

struct LabelledResidual {
  long frame;
  double value;  // eV/atom
};

std::vector<LabelledResidual> residuals_of(const std::vector<long>& frames, const EnergyOffsets& offsets) {
  std::vector<LabelledResidual> out;
  for (const long frame : frames) {
    const double value = offsets.residuals[static_cast<std::size_t>(frame)];
    if (!std::isnan(value)) out.push_back({frame, value});
  }
  return out;
}

RobustSpread spread_of(const std::vector<LabelledResidual>& residuals) {
  std::vector<double> values;
  for (const LabelledResidual& residual : residuals) values.push_back(residual.value);
  return robust_spread(values);
}

/// What the energy would be were it in another unit, in words; empty when none fits.
std::string unit_guess(const FrameFacts& facts, double expected) {
  const std::pair<double, const char*> units_known[] = {
      {2 / units::hartree_to_ev, "Rydberg"},
      {1 / units::hartree_to_ev, "Hartree"},
      {units::ev_to_kcal_per_mol, "kcal/mol"},
      {units::ev_to_kj_per_mol, "kJ/mol"},
      {1 / static_cast<double>(facts.atoms), "eV for one atom"},
  };
  const double ratio = *facts.energy / expected;
  for (const auto& [factor, name] : units_known)
    if (std::abs(factor - 1) > 0.2 && std::abs(ratio / factor - 1) < 0.1)
      return fmt::format("; it is near what it should be in {}", name);
  return "";
}

/// The energy of a frame that lies at `centre` above its elements' offsets.
double expected_energy(const FrameFacts& facts, const EnergyOffsets& offsets, double centre) {
  double energy = centre * static_cast<double>(facts.atoms);
  for (std::size_t e = 0; e < offsets.offsets.size(); ++e) energy += static_cast<double>(facts.counts[e]) * offsets.offsets[e];
  return energy;
}

bool is_condensed(const FrameFacts& facts) { return facts.periodic && facts.volume < dilute * static_cast<double>(facts.atoms); }

/// Robust sigma of all frames about the median of their label. The frame that is the median, at a deviation of exactly zero, does
/// not count: among labels of three frames it would be a third of all, and sigma less than half of what it is.
double pooled_sigma(const std::vector<LabelFrames>& labels, const EnergyOffsets& offsets) {
  std::vector<double> deviations;
  for (const LabelFrames& label : labels) {
    const auto residuals = residuals_of(label.frames, offsets);
    if (residuals.size() < fewest_in_label) continue;
    const double median = spread_of(residuals).median;
    for (const LabelledResidual& residual : residuals)
      if (residual.value != median) deviations.push_back(residual.value - median);
  }
  return deviations.empty() ? 0 : robust_spread(deviations).sigma;
}

}  // namespace

std::vector<Finding> find_energy_outliers(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const EnergyOffsets& offsets) {
  std::map<long, Finding> found;  // one a frame, in the order of the data
  const auto report = [&](Severity severity, const LabelledResidual& residual, double centre, double sigma,
                          const std::string& others) {
    const FrameFacts& frame = facts[static_cast<std::size_t>(residual.frame)];
    found.try_emplace(
        residual.frame,
        Finding{severity, "energy_outlier", location_of(data, residual.frame), data.summary(residual.frame).label,
                fmt::format("the energy is {:+.3f} eV/atom off the median of {} (sigma {:.3f}), composition taken away{}",
                            residual.value - centre, others, sigma, unit_guess(frame, expected_energy(frame, offsets, centre)))});
  };
  const std::vector<LabelFrames> labels = frames_by_label(data);
  const double pooled = pooled_sigma(labels, offsets);
  for (const LabelFrames& label : labels) {
    const auto residuals = residuals_of(label.frames, offsets);
    if (residuals.size() < fewest_in_label) continue;
    const auto count = static_cast<double>(residuals.size());
    const RobustSpread own = spread_of(residuals);
    const double sigma = std::sqrt((count * own.sigma * own.sigma + pooled_weight * pooled * pooled) / (count + pooled_weight));
    const double bound = std::max(label_sigmas * sigma, label_floor);
    const auto stands_out = [&](const LabelledResidual& residual) { return std::abs(residual.value - own.median) > bound; };
    const auto outside = static_cast<double>(std::count_if(residuals.begin(), residuals.end(), stands_out));
    if (outside > std::max(1.0, most_outliers * count)) continue;  // the label mixes states
    for (const LabelledResidual& residual : residuals) {
      if (!stands_out(residual)) continue;
      const bool may_be_a_state = std::abs(residual.value - own.median) < label_certain;
      report(may_be_a_state ? Severity::warning : Severity::error, residual, own.median, sigma, "label " + label.label);
    }
  }
  std::vector<long> all(facts.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<long>(i);
  const auto residuals = residuals_of(all, offsets);
  if (residuals.size() < fewest_in_label) return {};
  const RobustSpread whole = spread_of(residuals);
  for (const LabelledResidual& residual : residuals)
    if (std::abs(residual.value - whole.median) > std::max(set_sigmas * whole.sigma, set_floor))
      report(is_condensed(facts[static_cast<std::size_t>(residual.frame)]) ? Severity::error : Severity::warning, residual,
             whole.median, whole.sigma, "all frames");
  std::vector<Finding> findings;
  for (auto& [frame, finding] : found) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace carillon
