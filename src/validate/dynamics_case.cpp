#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/units.hpp"
#include "carillon/geometry/neighbor_list.hpp"
#include "carillon/geometry/pair_distribution.hpp"
#include "carillon/validate/case_frames.hpp"
#include "carillon/validate/dynamics_results.hpp"
#include "case_kinds.hpp"

namespace carillon {
namespace {

constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;
constexpr double reach = 6.0;   // Å, and the width of a bin: as scripts/run_md.py has them
constexpr double width = 0.05;  // Å

/// What the sampled frames of one state say.
struct SampledState {
  PairDistribution distribution{reach, width};
  std::vector<double> pressures;  ///< GPa, without the kinetic part
  long frames = 0;
};

void add_frame(SampledState& state, const Structure& structure) {
  state.distribution.add(structure, NeighborList(structure, reach));
  ++state.frames;
  if (structure.stress) state.pressures.push_back(-gpa * structure.stress->trace() / 3);
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Standard error of the mean, as if the values were independent: frames of one trajectory are not, so it is a lower bound.
double standard_error(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  double squares = 0;
  for (const double value : values) squares += (value - mean(values)) * (value - mean(values));
  const auto n = static_cast<double>(values.size());
  return std::sqrt(squares / (n - 1) / n);
}

using StableRuns = std::vector<const DynamicsRun*>;

/// What the runs tell, where they tell it.
std::vector<double> values_of(const StableRuns& runs, const std::function<std::optional<double>(const DynamicsRun&)>& value) {
  std::vector<double> found;
  for (const DynamicsRun* run : runs)
    if (const auto one = value(*run)) found.push_back(*one);
  return found;
}

class DynamicsCase : public ValidationCase {
public:
  DynamicsCase(const Yaml& node, const std::string& folder) : frames_(read_case_frames(node, folder)) {
    std::vector<std::string> keys = CaseFrames::keys();
    keys.insert(keys.end(), {"run", "limits"});
    node.require_keys(case_keys(keys));
    run_ = node.string_or("run", "nvt");
    const auto limits = node.find("limits");
    if (!limits) return;
    limits->require_keys({"failed", "radial", "pressure"});
    if (const auto value = limits->find("failed")) failed_ = share(*value);
    if (const auto value = limits->find("radial")) radial_ = share(*value);
    if (const auto value = limits->find("pressure")) pressure_ = value->positive();
  }

  void run(const Potential& potential, const CaseInputs& inputs, CaseResult& result) const override {
    if (inputs.dynamics.empty()) return result.skip("no trajectories of this model were given (--dynamics FOLDER)");
    const std::optional<OpenFrames> open = open_case_frames(frames_, potential, result);
    if (!open) return;
    inputs.world.agree([&] {
      if (inputs.world.is_root()) judge_states(*open, inputs.dynamics, result);
    });
  }

private:
  void judge_states(const OpenFrames& open, const std::string& folder, CaseResult& result) const {
    std::vector<std::string> order = frames_.labels;  // one that no sampled frame has is judged as far as it goes
    std::map<std::string, SampledState> sampled;
    for (const long frame : open.frames) {
      const std::string& label = open.data.summary(frame).label;
      if (std::find(order.begin(), order.end(), label) == order.end()) order.push_back(label);
      add_frame(sampled[label], open.data.read(frame));
    }
    CaseTable table{
        "Molecular dynamics by state point",
        {"state", "stable runs", "lasted, ps", "T, K", "virial P, GPa", "sampled, GPa", "frames", "radial difference"},
        {}};
    std::vector<std::string> missing;
    for (const std::string& label : order) {
      const DynamicsRuns runs = read_dynamics(folder, label, run_);
      for (const std::string& name : runs.unfinished)
        result.leave_unjudged(fmt::format("failed run, {}, {}", label, name), "", failed_, "it is not finished");
      if (runs.finished.empty())
        missing.push_back(label);
      else
        judge_state(label, sampled[label], runs.finished, table, result);
    }
    if (table.rows.empty()) return result.skip(folder + ": holds no finished run '" + run_ + "' of these states");
    for (const std::string& label : missing) leave_all_unjudged(label, "there is no finished run '" + run_ + "' of it", result);
    if (!missing.empty()) result.notes.push_back(fmt::format("{} of {} states were run", table.rows.size(), order.size()));
    result.tables.push_back(std::move(table));
  }

  void leave_all_unjudged(const std::string& label, const std::string& why, CaseResult& result) const {
    result.leave_unjudged("share of failed runs, " + label, "", failed_, why);
    result.leave_unjudged("virial pressure, " + label, "GPa", pressure_, why);
    result.leave_unjudged("radial difference, " + label, "", radial_, why);
  }

  void judge_state(const std::string& label, const SampledState& sampled, const std::vector<DynamicsRun>& runs, CaseTable& table,
                   CaseResult& result) const {
    StableRuns stable;
    double lasted = 0, asked = 0;
    for (const DynamicsRun& run : runs) {
      lasted += run.lasted / static_cast<double>(runs.size());
      asked = std::max(asked, run.asked);
      if (run.failure.empty()) stable.push_back(&run);
      if (!run.failure.empty()) result.notes.push_back(label + ", " + run.name + ": " + run.failure);
    }
    const double failed = 1 - static_cast<double>(stable.size()) / static_cast<double>(runs.size());
    result.checks.push_back({"share of failed runs, " + label, "", failed, std::nullopt, failed_});
    const std::vector<double> pressures = values_of(stable, [](const DynamicsRun& run) { return run.virial_pressure; });
    const std::vector<double> temperatures =
        values_of(stable, [](const DynamicsRun& run) { return std::optional(run.temperature); });
    judge_pressure(label, sampled, pressures, stable.empty(), result);
    table.rows.push_back(
        {label, fmt::format("{} of {}", stable.size(), runs.size()), fmt::format("{:.3g} of {:.3g}", lasted, asked),
         temperatures.empty() ? "-" : fmt::format("{:.0f}", mean(temperatures)),
         pressures.empty() ? "-" : fmt::format("{:.1f}", mean(pressures)),
         sampled.pressures.empty() ? "-"
                                   : fmt::format("{:.1f} ± {:.1f}", mean(sampled.pressures), standard_error(sampled.pressures)),
         std::to_string(sampled.frames), judge_distributions(label, sampled, stable, result)});
  }

  void judge_pressure(const std::string& label, const SampledState& sampled, const std::vector<double>& pressures,
                      bool none_stable, CaseResult& result) const {
    const std::string name = "virial pressure, " + label;
    if (!pressures.empty() && !sampled.pressures.empty())
      result.checks.push_back({name, "GPa", mean(pressures), mean(sampled.pressures), pressure_});
    else
      result.leave_unjudged(name, "GPa", pressure_,
                            none_stable           ? "no run is stable"
                            : pressures.empty()   ? "the runs tell no virial pressure"
                            : sampled.frames == 0 ? "no such frame was sampled"
                                                  : "no sampled frame has a stress");
  }

  /// The differences in words.
  std::string judge_distributions(const std::string& label, const SampledState& sampled, const StableRuns& stable,
                                  CaseResult& result) const {
    if (stable.empty() || sampled.frames == 0) {
      result.leave_unjudged("radial difference, " + label, "", radial_,
                            stable.empty() ? "no run is stable" : "no such frame was sampled");
      return "-";
    }
    CasePlot plot{"Radial distribution, " + label, "distance, Å", "g(r)"};
    std::string differences;
    for (const auto& [pair, curve] : stable.front()->radial) {
      const RadialCurve model = average(stable, pair);
      const std::vector<double> reference = sampled_radial(sampled, pair);
      const std::string name = "radial difference " + pair + ", " + label;
      const std::optional<double> difference = radial_difference(model.value, reference);
      if (!difference) {
        result.leave_unjudged(name, "", radial_, "no bin holds any pair");
        continue;
      }
      result.checks.push_back({name, "", *difference, std::nullopt, radial_});
      differences += fmt::format("{}{} {:.3f}", differences.empty() ? "" : ", ", pair, *difference);
      plot.series.push_back({pair + ", model", "line", model.distance, model.value});
      const auto count = static_cast<std::ptrdiff_t>(std::min(reference.size(), model.distance.size()));
      plot.series.push_back({pair + ", sampled",
                             "points",
                             {model.distance.begin(), model.distance.begin() + count},
                             {reference.begin(), reference.begin() + count}});
    }
    if (!plot.series.empty()) result.plots.push_back(std::move(plot));
    return differences.empty() ? "-" : differences;
  }

  static RadialCurve average(const StableRuns& runs, const std::string& pair) {
    RadialCurve out = runs.front()->radial.at(pair);
    std::fill(out.value.begin(), out.value.end(), 0);
    const auto has_pair = [&](const DynamicsRun* run) { return run->radial.contains(pair); };
    const auto count = static_cast<double>(std::count_if(runs.begin(), runs.end(), has_pair));
    for (const DynamicsRun* run : runs) {
      const auto found = run->radial.find(pair);
      if (found == run->radial.end()) continue;
      for (std::size_t k = 0; k < std::min(out.value.size(), found->second.value.size()); ++k)
        out.value[k] += found->second.value[k] / count;
    }
    return out;
  }

  static std::vector<double> sampled_radial(const SampledState& sampled, const std::string& pair) {
    for (const auto& [elements, histogram] : sampled.distribution.histograms())
      if (element_pair_name(elements.first, elements.second) == pair) return sampled.distribution.radial_distribution(elements);
    return {};
  }

  CaseFrames frames_;
  std::string run_;
  std::optional<double> failed_, radial_, pressure_;
};

}  // namespace

std::shared_ptr<const ValidationCase> read_dynamics_case(const Yaml& node, const std::string& folder) {
  return std::make_shared<DynamicsCase>(node, folder);
}

}  // namespace carillon
