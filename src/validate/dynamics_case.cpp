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
    if (const auto value = limits->find("failed")) failed_ = value->number();
    if (const auto value = limits->find("radial")) radial_ = value->positive();
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
    std::vector<std::string> order;
    std::map<std::string, SampledState> sampled;
    for (const long frame : open.frames) {
      const std::string& label = open.data.summary(frame).label;
      if (!sampled.contains(label)) order.push_back(label);
      add_frame(sampled[label], open.data.read(frame));
    }
    CaseTable table{
        "Molecular dynamics by state point",
        {"state", "stable runs", "lasted, ps", "T, K", "virial P, GPa", "sampled, GPa", "frames", "radial difference"},
        {}};
    for (const std::string& label : order) {
      const std::vector<DynamicsRun> runs = read_dynamics(folder, label, run_);
      if (!runs.empty()) judge_state(label, sampled.at(label), runs, table, result);
    }
    if (table.rows.empty()) return result.skip(folder + ": holds no run '" + run_ + "' of these states");
    if (table.rows.size() < order.size())
      result.notes.push_back(fmt::format("{} of {} states were run", table.rows.size(), order.size()));
    result.tables.push_back(std::move(table));
  }

  void judge_state(const std::string& label, const SampledState& sampled, const std::vector<DynamicsRun>& runs, CaseTable& table,
                   CaseResult& result) const {
    std::vector<const DynamicsRun*> stable;
    double lasted = 0, asked = 0;
    for (const DynamicsRun& run : runs) {
      lasted += run.lasted / static_cast<double>(runs.size());
      asked = std::max(asked, run.asked);
      if (run.failure.empty()) stable.push_back(&run);
      if (!run.failure.empty()) result.notes.push_back(label + ", " + run.name + ": " + run.failure);
    }
    const double failed = 1 - static_cast<double>(stable.size()) / static_cast<double>(runs.size());
    result.checks.push_back({"share of failed runs, " + label, "", failed, std::nullopt, failed_});
    std::vector<std::string> row = {label, fmt::format("{} of {}", stable.size(), runs.size()),
                                    fmt::format("{:.3g} of {:.3g}", lasted, asked)};
    if (stable.empty())
      row.insert(row.end(), {"-", "-"});
    else
      add_averages(stable, row);
    row.push_back(sampled.pressures.empty()
                      ? "-"
                      : fmt::format("{:.1f} ± {:.1f}", mean(sampled.pressures), standard_error(sampled.pressures)));
    row.push_back(std::to_string(sampled.frames));
    row.push_back(stable.empty() ? "-" : compare(label, sampled, stable, result));
    table.rows.push_back(std::move(row));
  }

  static void add_averages(const std::vector<const DynamicsRun*>& stable, std::vector<std::string>& row) {
    std::vector<double> temperatures, pressures;
    for (const DynamicsRun* run : stable) {
      temperatures.push_back(run->temperature);
      if (run->virial_pressure) pressures.push_back(*run->virial_pressure);
    }
    row.insert(row.end(),
               {fmt::format("{:.0f}", mean(temperatures)), pressures.empty() ? "-" : fmt::format("{:.1f}", mean(pressures))});
  }

  /// Radial distributions and pressure; the differences in words.
  std::string compare(const std::string& label, const SampledState& sampled, const std::vector<const DynamicsRun*>& stable,
                      CaseResult& result) const {
    std::vector<double> pressures;
    for (const DynamicsRun* run : stable)
      if (run->virial_pressure) pressures.push_back(*run->virial_pressure);
    if (!sampled.pressures.empty() && !pressures.empty())
      result.checks.push_back({"virial pressure, " + label, "GPa", mean(pressures), mean(sampled.pressures), pressure_});
    CasePlot plot{"Radial distribution, " + label, "distance, Å", "g(r)"};
    std::string differences;
    for (const auto& [pair, curve] : stable.front()->radial) {
      const RadialCurve model = average(stable, pair);
      const std::vector<double> reference = sampled_radial(sampled, pair);
      if (reference.empty()) continue;
      const double difference = radial_difference(model.value, reference);
      result.checks.push_back({"radial difference " + pair + ", " + label, "", difference, std::nullopt, radial_});
      differences += fmt::format("{}{} {:.3f}", differences.empty() ? "" : ", ", pair, difference);
      plot.series.push_back({pair + ", model", "line", model.distance, model.value});
      const auto count = static_cast<std::ptrdiff_t>(std::min(reference.size(), model.distance.size()));
      plot.series.push_back({pair + ", sampled",
                             "points",
                             {model.distance.begin(), model.distance.begin() + count},
                             {reference.begin(), reference.begin() + count}});
    }
    if (!plot.series.empty()) result.plots.push_back(std::move(plot));
    return differences;
  }

  static RadialCurve average(const std::vector<const DynamicsRun*>& runs, const std::string& pair) {
    RadialCurve out = runs.front()->radial.at(pair);
    std::fill(out.value.begin(), out.value.end(), 0);
    for (const DynamicsRun* run : runs) {
      const auto found = run->radial.find(pair);
      if (found == run->radial.end()) continue;
      for (std::size_t k = 0; k < std::min(out.value.size(), found->second.value.size()); ++k)
        out.value[k] += found->second.value[k] / static_cast<double>(runs.size());
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
