#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"
#include "carillon/validate/case_frames.hpp"
#include "carillon/validate/dynamics_results.hpp"
#include "carillon/validate/hugoniot.hpp"
#include "case_kinds.hpp"

namespace carillon {
namespace {

constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;
constexpr double density_step = 1e-4;  // g/cm³: cells of one isochore agree far better

/// One point of a published Hugoniot curve.
struct ReferencePoint {
  double density, pressure, temperature;  // g/cm³, GPa, K
};

struct Reference {
  std::string name;
  std::vector<ReferencePoint> points;  // of ascending density
};

Reference read_reference(const Yaml& node) {
  node.require_keys({"name", "points"});
  Reference out{node.at("name").string(), {}};
  for (const Yaml& item : node.at("points").items()) {
    const std::vector<double> numbers = item.numbers();
    if (numbers.size() != 3) item.fail("expected density (g/cm³), pressure (GPa) and temperature (K)");
    if (!out.points.empty() && !(numbers[0] > out.points.back().density)) item.fail("expected a density above the one before");
    out.points.push_back({numbers[0], numbers[1], numbers[2]});
  }
  return out;
}

/// Linear between the points next to a density; nothing outside of them.
std::optional<ReferencePoint> reference_at(const Reference& reference, double density) {
  const auto& points = reference.points;
  for (std::size_t k = 1; k < points.size(); ++k) {
    const ReferencePoint& a = points[k - 1];
    const ReferencePoint& b = points[k];
    if (density < a.density - density_step || density > b.density + density_step) continue;
    const double weight = (density - a.density) / (b.density - a.density);
    return ReferencePoint{density, a.pressure + weight * (b.pressure - a.pressure),
                          a.temperature + weight * (b.temperature - a.temperature)};
  }
  return std::nullopt;
}

/// The states that were run at one density.
struct Isochore {
  double density = 0;
  std::vector<ThermodynamicState> states;
};

class HugoniotCase : public ValidationCase {
public:
  HugoniotCase(const Yaml& node, const std::string& folder) : frames_(read_case_frames(node, folder)) {
    std::vector<std::string> keys = CaseFrames::keys();
    keys.insert(keys.end(), {"run", "initial", "vibration", "reference", "limits"});
    node.require_keys(case_keys(keys));
    run_ = node.string_or("run", "nvt");
    const Yaml initial = node.at("initial");
    initial.require_keys({"label", "pressure"});
    initial_ = initial.at("label").string();
    if (const auto pressure = initial.find("pressure")) initial_pressure_ = pressure->number();
    if (const auto theta = node.find("vibration")) vibration_ = theta->positive();
    if (const auto reference = node.find("reference")) reference_ = read_reference(*reference);
    const auto limits = node.find("limits");
    if (!limits) return;
    limits->require_keys({"failed", "pressure", "temperature"});
    if (const auto value = limits->find("failed")) failed_ = share(*value);
    if (const auto value = limits->find("pressure")) pressure_ = value->positive();
    if (const auto value = limits->find("temperature")) temperature_ = value->positive();
  }

  void run(const Potential& potential, const CaseInputs& inputs, CaseResult& result) const override {
    if (inputs.dynamics.empty()) return result.skip("no trajectories of this model were given (--dynamics FOLDER)");
    const std::optional<OpenFrames> open = open_case_frames(frames_, potential, result);
    if (!open) return;
    inputs.world.agree([&] {
      if (inputs.world.is_root()) fail_on_numerical_trouble(result, [&] { judge(*open, inputs.dynamics, result); });
    });
  }

private:
  void judge(const OpenFrames& open, const std::string& folder, CaseResult& result) const {
    std::optional<ThermodynamicState> initial;
    std::vector<Isochore> isochores;
    CaseTable table{"States", {"state", "stable runs", "density, g/cm³", "T, K", "P, GPa", "E - E0, kJ/g", "residual, kJ/g"}, {}};
    std::vector<std::pair<std::string, std::optional<ThermodynamicState>>> states;
    for (const auto& [label, structure] : first_frames(open)) {
      std::optional<ThermodynamicState> state = state_of(label, structure, folder, table, result);
      if (label == initial_) {
        initial = state;
        if (initial && initial_pressure_) initial->pressure = *initial_pressure_;
      } else {
        add(isochores, structure.density(), state);
      }
      states.emplace_back(label, state);
    }
    if (table.rows.empty()) return result.skip(folder + ": holds no finished run '" + run_ + "' of these states");
    tell_missing(states, table, result);
    if (!initial)
      return result.fail("the initial state " + initial_ + " has no stable run with a pressure and a potential energy");
    complete(table, states, *initial);
    judge_curve(*initial, isochores, result);
    result.tables.push_back(std::move(table));
  }

  /// States of which no run has finished: those that have no row.
  void tell_missing(const std::vector<std::pair<std::string, std::optional<ThermodynamicState>>>& states, const CaseTable& table,
                    CaseResult& result) const {
    if (table.rows.size() == states.size()) return;
    for (const auto& [label, state] : states)
      if (std::none_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return row.front() == label; }))
        result.leave_unjudged("share of failed runs, " + label, "", failed_, "there is no finished run '" + run_ + "' of it");
    result.notes.push_back(fmt::format("{} of {} states were run", table.rows.size(), states.size()));
  }

  static std::vector<std::pair<std::string, Structure>> first_frames(const OpenFrames& open) {
    std::vector<std::pair<std::string, Structure>> out;
    for (const long frame : open.frames) {
      const std::string& label = open.data.summary(frame).label;
      if (std::none_of(out.begin(), out.end(), [&](const auto& known) { return known.first == label; }))
        out.emplace_back(label, open.data.read(frame));
    }
    return out;
  }

  /// The mean over the stable runs of a state, and its row; nothing when there is none.
  std::optional<ThermodynamicState> state_of(const std::string& label, const Structure& structure, const std::string& folder,
                                             CaseTable& table, CaseResult& result) const {
    const DynamicsRuns all = read_dynamics(folder, label, run_);
    for (const std::string& name : all.unfinished)
      result.leave_unjudged(fmt::format("failed run, {}, {}", label, name), "", failed_, "it is not finished");
    const std::vector<DynamicsRun>& runs = all.finished;
    if (runs.empty()) return std::nullopt;
    ThermodynamicState sum{structure.density(), 0, 0, 0};
    long stable = 0, failed = 0;
    for (const DynamicsRun& run : runs) {
      if (!run.failure.empty()) {
        result.notes.push_back(label + ", " + run.name + ": " + run.failure);
        ++failed;
      } else if (run.virial_pressure && run.potential_energy) {
        add_run(sum, run, structure);
        ++stable;
      } else {
        result.notes.push_back(fmt::format("{}, {}: has no {}: remove its result.json and run scripts/run_md.py again", label,
                                           run.name, run.virial_pressure ? "potential energy" : "virial pressure"));
      }
    }
    result.checks.push_back({"share of failed runs, " + label, "", static_cast<double>(failed) / static_cast<double>(runs.size()),
                             std::nullopt, failed_});
    table.rows.push_back({label, fmt::format("{} of {}", stable, runs.size()), fmt::format("{:.3f}", sum.density)});
    if (stable == 0) return std::nullopt;
    const auto n = static_cast<double>(stable);
    return ThermodynamicState{sum.density, sum.temperature / n, sum.pressure / n, sum.energy / n};
  }

  /// A run's averages, with the kinetic part of all atoms: that of the centre of mass is at rest in the run, not in matter.
  void add_run(ThermodynamicState& sum, const DynamicsRun& run, const Structure& structure) const {
    const double thermal = units::boltzmann_ev_per_kelvin * run.temperature;
    const auto atoms = static_cast<double>(structure.size());
    double mass = 0;
    for (const Element element : structure.species) mass += element.mass() / atoms;
    double energy = *run.potential_energy + 1.5 * thermal;
    if (vibration_) energy -= 0.5 * classical_excess_of_vibration(run.temperature, *vibration_);  // a molecule has two atoms
    sum.temperature += run.temperature;
    sum.pressure += *run.virial_pressure + gpa * atoms * thermal / structure.cell.volume();
    sum.energy += units::ev_per_amu_to_kj_per_gram * energy / mass;
  }

  static void add(std::vector<Isochore>& isochores, double density, const std::optional<ThermodynamicState>& state) {
    auto found = std::find_if(isochores.begin(), isochores.end(),
                              [&](const Isochore& known) { return std::abs(known.density - density) < density_step; });
    if (found == isochores.end()) found = isochores.insert(isochores.end(), Isochore{density, {}});
    if (!state) return;
    found->states.push_back(*state);
    found->states.back().density = found->density;
  }

  /// The cells of the rows that need the initial state.
  static void complete(CaseTable& table, const std::vector<std::pair<std::string, std::optional<ThermodynamicState>>>& states,
                       const ThermodynamicState& initial) {
    for (std::vector<std::string>& row : table.rows) {
      const auto named =
          std::find_if(states.begin(), states.end(), [&](const auto& state) { return state.first == row.front(); });
      if (!named->second) {
        row.insert(row.end(), {"-", "-", "-", "-"});
        continue;
      }
      const ThermodynamicState& state = *named->second;
      row.insert(row.end(), {fmt::format("{:.0f}", state.temperature), fmt::format("{:.2f}", state.pressure),
                             fmt::format("{:.3f}", state.energy - initial.energy),
                             fmt::format("{:.3f}", hugoniot_residual(initial, state))});
    }
  }

  void judge_curve(const ThermodynamicState& initial, std::vector<Isochore> isochores, CaseResult& result) const {
    std::sort(isochores.begin(), isochores.end(), [](const auto& a, const auto& b) { return a.density < b.density; });
    CaseTable table{
        "Hugoniot curve", {"density, g/cm³", "P, GPa", "T, K", "us, km/s", "up, km/s", "reference P, GPa", "reference T, K"}, {}};
    PlotSeries pressures{"model", "points", {}, {}}, temperatures{"model", "points", {}, {}};
    for (const Isochore& isochore : isochores) {
      const std::optional<ReferencePoint> expected = reference_ ? reference_at(*reference_, isochore.density) : std::nullopt;
      const std::optional<ShockedState> found = shocked_state(initial, isochore.states);
      judge_density(initial, isochore, found, expected, result);
      if (!found) continue;
      table.rows.push_back({fmt::format("{:.3f}", isochore.density), fmt::format("{:.2f}", found->state.pressure),
                            fmt::format("{:.0f}", found->state.temperature), fmt::format("{:.2f}", found->shock_velocity),
                            fmt::format("{:.2f}", found->particle_velocity),
                            expected ? fmt::format("{:.2f}", expected->pressure) : "-",
                            expected ? fmt::format("{:.0f}", expected->temperature) : "-"});
      pressures.x.push_back(isochore.density);
      pressures.y.push_back(found->state.pressure);
      temperatures.x.push_back(found->state.pressure);
      temperatures.y.push_back(found->state.temperature);
    }
    result.tables.push_back(std::move(table));
    add_plots(std::move(pressures), std::move(temperatures), result);
  }

  void judge_density(const ThermodynamicState& initial, const Isochore& isochore, const std::optional<ShockedState>& found,
                     const std::optional<ReferencePoint>& expected, CaseResult& result) const {
    const std::string place = fmt::format(", {:.2f} g/cm³", isochore.density);
    if (!found) {
      const std::string why = why_not(initial, isochore);
      result.notes.push_back("no point of the curve" + place + ": " + why);
      if (!expected) return;
      result.leave_unjudged("pressure" + place, "GPa", limit_of(pressure_, expected->pressure), why);
      result.leave_unjudged("temperature" + place, "K", limit_of(temperature_, expected->temperature), why);
      return;
    }
    const auto tell = [&](const std::string& quantity, const std::string& unit, double value, std::optional<double> reference,
                          const std::optional<double>& share_of_it) {
      result.checks.push_back(
          {quantity + place, unit, value, reference, reference ? limit_of(share_of_it, *reference) : std::nullopt});
    };
    tell("pressure", "GPa", found->state.pressure, expected ? std::optional(expected->pressure) : std::nullopt, pressure_);
    tell("temperature", "K", found->state.temperature, expected ? std::optional(expected->temperature) : std::nullopt,
         temperature_);
  }

  static std::optional<double> limit_of(const std::optional<double>& part, double reference) {
    return part ? std::optional(*part * std::abs(reference)) : std::nullopt;
  }

  static std::string why_not(const ThermodynamicState& initial, const Isochore& isochore) {
    if (isochore.states.empty()) return "no stable run";
    if (!(isochore.density > initial.density)) return "it is not denser than the initial state";
    const auto above = [&](const ThermodynamicState& state) { return hugoniot_residual(initial, state) > 0; };
    const auto count = std::count_if(isochore.states.begin(), isochore.states.end(), above);
    if (count > 0 && count < std::ssize(isochore.states))
      return "where the relation is met, the pressure is not above the initial one";
    const auto [cold, hot] = std::minmax_element(isochore.states.begin(), isochore.states.end(),
                                                 [](const auto& a, const auto& b) { return a.temperature < b.temperature; });
    if (isochore.states.size() == 1)
      return fmt::format("stable runs of one temperature only, and the relation is missed by {:.3g} kJ/g at {:.0f} K",
                         hugoniot_residual(initial, *cold), cold->temperature);
    return fmt::format(
        "the relation is missed to the same side at all temperatures: by {:.3g} kJ/g at {:.0f} K and by {:.3g} at {:.0f} K",
        hugoniot_residual(initial, *cold), cold->temperature, hugoniot_residual(initial, *hot), hot->temperature);
  }

  void add_plots(PlotSeries pressures, PlotSeries temperatures, CaseResult& result) const {
    if (pressures.x.empty()) return;
    CasePlot curve{"Hugoniot curve", "density, g/cm³", "pressure, GPa"},
        heat{"Temperature behind the shock", "pressure, GPa", "temperature, K"};
    curve.series.push_back(std::move(pressures));
    heat.series.push_back(std::move(temperatures));
    if (reference_) {
      PlotSeries known{reference_->name, "line", {}, {}}, warm = known;
      for (const ReferencePoint& point : reference_->points) {
        known.x.push_back(point.density);
        known.y.push_back(point.pressure);
        warm.x.push_back(point.pressure);
        warm.y.push_back(point.temperature);
      }
      curve.series.push_back(std::move(known));
      heat.series.push_back(std::move(warm));
    }
    result.plots.push_back(std::move(curve));
    result.plots.push_back(std::move(heat));
  }

  CaseFrames frames_;
  std::string run_, initial_;
  std::optional<double> initial_pressure_, vibration_, failed_, pressure_, temperature_;
  std::optional<Reference> reference_;
};

}  // namespace

std::shared_ptr<const ValidationCase> read_hugoniot_case(const Yaml& node, const std::string& folder) {
  return std::make_shared<HugoniotCase>(node, folder);
}

}  // namespace carillon
