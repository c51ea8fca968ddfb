#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "carillon/core/units.hpp"
#include "carillon/data/data_spec.hpp"
#include "carillon/potential/evaluate.hpp"
#include "carillon/validate/case_frames.hpp"
#include "carillon/validate/metrics.hpp"
#include "case_kinds.hpp"

namespace carillon {
namespace {

constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;

/// Largest root mean square errors: meV/atom, eV/Å, GPa.
struct ErrorLimits {
  std::optional<double> energy, force, stress;
};

ErrorLimits read_limits(const Yaml& node) {
  node.require_keys({"energy", "force", "stress"});
  const auto value = [&](const char* key) -> std::optional<double> {
    const auto found = node.find(key);
    return found ? std::optional(found->positive()) : std::nullopt;
  };
  return {value("energy"), value("force"), value("stress")};
}

/// Held-out labels: a list, or the name of a YAML file whose key `held_out` is one.
std::vector<std::string> read_held_out(const Yaml& node, const std::string& folder) {
  if (node.is_list()) return node.strings();
  return Yaml::load_file(resolved_path(node.string(), folder)).at("held_out").strings();
}

bool is_finite(const Prediction& prediction) {
  return std::isfinite(prediction.energy) && prediction.stress.allFinite() &&
         std::all_of(prediction.forces.begin(), prediction.forces.end(), [](const auto& force) { return force.allFinite(); });
}

/// The errors of the states that were trained on, and of those that were not.
struct GatheredErrors {
  Metrics training, held_out;
  PlotSeries energies[2] = {{"training states", "points", {}, {}}, {"held-out states", "points", {}, {}}};
  PlotSeries pressures[2] = {{"training states", "points", {}, {}}, {"held-out states", "points", {}, {}}};

  void add(long frame, const Structure& reference, const Prediction& prediction, bool is_held_out) {
    (is_held_out ? held_out : training).add(frame, reference, prediction);
    const auto atoms = static_cast<double>(reference.size());
    if (reference.energy && !reference.species.empty()) {
      energies[is_held_out].x.push_back(*reference.energy / atoms);
      energies[is_held_out].y.push_back(prediction.energy / atoms);
    }
    if (reference.stress) {
      pressures[is_held_out].x.push_back(-gpa * reference.stress->trace() / 3);
      pressures[is_held_out].y.push_back(-gpa * prediction.stress.trace() / 3);
    }
  }
};

class ErrorsCase : public ValidationCase {
public:
  ErrorsCase(const Yaml& node, const std::string& folder) : frames_(read_case_frames(node, folder)) {
    std::vector<std::string> keys = CaseFrames::keys();
    keys.insert(keys.end(), {"held_out", "limits"});
    node.require_keys(case_keys(keys));
    if (const auto held_out = node.find("held_out")) held_out_ = read_held_out(*held_out, folder);
    if (const auto limits = node.find("limits")) read_all_limits(*limits);
  }

  void run(const Potential& potential, const CaseInputs& inputs, CaseResult& result) const override {
    const std::optional<OpenFrames> open = open_case_frames(frames_, potential, result);
    if (!open) return;
    GatheredErrors errors;
    std::string broken;
    long broken_frames = 0;
    evaluate_frames(potential, open->data, open->frames, inputs.world,
                    [&](long frame, const Structure& reference, const Prediction& prediction) {
                      if (!is_finite(prediction)) {
                        if (++broken_frames == 1) broken = reference.origin.text();
                        return;
                      }
                      errors.add(frame, reference, prediction, is_held_out(open->data.summary(frame).label));
                    });
    if (broken_frames > 0)
      result.fail(
          fmt::format("{}: the prediction is not finite, in {} frame(s) of {}", broken, broken_frames, open->frames.size()));
    const MetricsTable training = errors.training.table();
    const MetricsTable held_out = errors.held_out.table();
    add_checks(training.all, training_, "training states", result);
    add_checks(held_out.all, held_out_limits_, "held-out states", result);
    for (const MetricsTable* table : {&training, &held_out})
      for (const MetricsRow& row : table->labels)
        if (const auto limits = states_.find(row.label); limits != states_.end())
          add_checks(row, limits->second, row.label, result);
    for (const auto& [state, limits] : states_)
      if (!seen(training, state) && !seen(held_out, state)) add_checks(MetricsRow{}, limits, state, result);
    result.tables.push_back(table_of(training, held_out));
    add_plots(training, held_out, errors, result);
  }

private:
  void read_all_limits(const Yaml& node) {
    node.require_keys({"training", "held_out", "states"});
    if (const auto limits = node.find("training")) training_ = read_limits(*limits);
    if (const auto limits = node.find("held_out")) held_out_limits_ = read_limits(*limits);
    if (const auto states = node.find("states"))
      for (const auto& [state, limits] : states->entries()) states_[state] = read_limits(limits);
  }

  static bool seen(const MetricsTable& table, const std::string& state) {
    return std::any_of(table.labels.begin(), table.labels.end(), [&](const MetricsRow& row) { return row.label == state; });
  }

  bool is_held_out(const std::string& label) const {
    return std::find(held_out_.begin(), held_out_.end(), label) != held_out_.end();
  }

  static void add_checks(const MetricsRow& row, const ErrorLimits& limits, const std::string& of, CaseResult& result) {
    const char* why = row.frames > 0 ? "no frame has a reference for it" : "there is no such frame";
    const auto add = [&](const char* quantity, const char* unit, const ErrorStatistics& error, double factor,
                         const std::optional<double>& limit) {
      const std::string name = quantity + (", " + of);
      if (error.count == 0) return result.leave_unjudged(name, unit, limit, why);
      result.checks.push_back({name, unit, factor * error.rmse, std::nullopt, limit});
    };
    add("force RMSE", "eV/Å", row.force, 1, limits.force);
    add("energy RMSE", "meV/atom", row.energy, 1e3, limits.energy);
    add("stress RMSE", "GPa", row.stress, gpa, limits.stress);
  }

  static CaseTable table_of(const MetricsTable& training, const MetricsTable& held_out) {
    CaseTable table{"Errors by state point (RMSE)",
                    {"state", "set", "frames", "force, eV/Å", "rms force, eV/Å", "energy, meV/atom", "stress, GPa"},
                    {}};
    const auto cell = [](const ErrorStatistics& error, double value) { return error.count > 0 ? case_number(value) : "-"; };
    const auto add = [&](const MetricsRow& row, const std::string& label, const char* set) {
      table.rows.push_back({label, set, std::to_string(row.frames), cell(row.force, row.force.rmse),
                            cell(row.force, row.force.reference_rms), cell(row.energy, 1e3 * row.energy.rmse),
                            cell(row.stress, gpa * row.stress.rmse)});
    };
    for (const MetricsRow& row : training.labels) add(row, row.label, "training");
    for (const MetricsRow& row : held_out.labels) add(row, row.label, "held out");
    if (training.all.frames > 0) add(training.all, "all training states", "training");
    if (held_out.all.frames > 0) add(held_out.all, "all held-out states", "held out");
    return table;
  }

  static void add_plots(const MetricsTable& training, const MetricsTable& held_out, const GatheredErrors& errors,
                        CaseResult& result) {
    CasePlot bars{"Force error by state point", "", "force RMSE, eV/Å"};
    bars.series = {{"training states", "bars", {}, {}}, {"held-out states", "bars", {}, {}}};
    const auto add = [&](const MetricsRow& row, std::size_t set) {
      if (row.force.count == 0) return;
      bars.categories.push_back(row.label);
      bars.series[set].y.push_back(row.force.rmse);
      bars.series[1 - set].y.push_back(std::numeric_limits<double>::quiet_NaN());
    };
    for (const MetricsRow& row : training.labels) add(row, 0);
    for (const MetricsRow& row : held_out.labels) add(row, 1);
    if (!bars.categories.empty()) result.plots.push_back(std::move(bars));
    add_parity({"Energies", "reference, eV/atom", "predicted, eV/atom"}, errors.energies, result);
    add_parity({"Pressures (of the potential energy)", "reference, GPa", "predicted, GPa"}, errors.pressures, result);
  }

  static void add_parity(CasePlot plot, const PlotSeries (&series)[2], CaseResult& result) {
    plot.parity = true;
    for (const PlotSeries& one : series)
      if (!one.x.empty()) plot.series.push_back(one);
    if (!plot.series.empty()) result.plots.push_back(std::move(plot));
  }

  CaseFrames frames_;
  std::vector<std::string> held_out_;
  ErrorLimits training_, held_out_limits_;
  std::map<std::string, ErrorLimits> states_;
};

}  // namespace

std::shared_ptr<const ValidationCase> read_errors_case(const Yaml& node, const std::string& folder) {
  return std::make_shared<ErrorsCase>(node, folder);
}

}  // namespace carillon
