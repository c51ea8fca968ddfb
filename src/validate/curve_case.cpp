#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "carillon/core/units.hpp"
#include "carillon/potential/evaluate.hpp"
#include "carillon/validate/case_frames.hpp"
#include "carillon/validate/deformation.hpp"
#include "carillon/validate/equation_of_state.hpp"
#include "case_kinds.hpp"

namespace carillon {
namespace {

constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;

/// One frame of the curve: energies in eV/atom, pressures in GPa.
struct CurvePoint {
  double x = 0;  ///< Å³/atom or Å
  Structure structure;
  double reference = 0, predicted = 0;
  std::optional<double> reference_pressure = std::nullopt;
  double predicted_pressure = 0;
};

/// The curve beyond its shortest reference, where nobody looks and simulations end: does the energy go on rising?
struct InwardScan {
  double factor = 0.7;  ///< of lengths, at the end
  long points = 30;
};

struct CurveLimits {
  std::optional<double> energy, pressure, hole, flat, volume, bulk_modulus;
};

CurveLimits read_limits(const Yaml& node) {
  node.require_keys({"energy", "pressure", "hole", "flat", "volume", "bulk_modulus"});
  if (const auto flat = node.find("flat")) share(*flat);
  const auto value = [&](const char* key) -> std::optional<double> {
    const auto found = node.find(key);
    if (!found) return std::nullopt;
    if (found->number() < 0) found->fail("expected a number that is not negative");
    return found->number();
  };
  return {value("energy"), value("pressure"), value("hole"), value("flat"), value("volume"), value("bulk_modulus")};
}

double root_mean_square(const std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += value * value;
  return values.empty() ? 0 : std::sqrt(squares / static_cast<double>(values.size()));
}

class CurveCase : public ValidationCase {
public:
  CurveCase(const Yaml& node, const std::string& folder) : frames_(read_case_frames(node, folder)) {
    std::vector<std::string> keys = CaseFrames::keys();
    keys.insert(keys.end(), {"along", "window", "inwards", "limits"});
    node.require_keys(case_keys(keys));
    along_volume_ = node.at("along").choice({"volume", "distance"}) == "volume";
    if (const auto window = node.find("window")) window_ = window->positive();
    if (const auto inwards = node.find("inwards")) {
      inwards->require_keys({"factor", "points"});
      scan_ = InwardScan{inwards->number_or("factor", 0.7), inwards->integer_or("points", 30)};
      if (!(scan_->factor > 0 && scan_->factor < 1)) inwards->fail("expected a factor between 0 and 1");
      if (scan_->points < 2) inwards->fail("expected at least 2 points");
    }
    if (const auto limits = node.find("limits")) limits_ = read_limits(*limits);
    if (!along_volume_ && (limits_.pressure || limits_.volume || limits_.bulk_modulus))
      node.at("limits").fail("limits for pressure, volume and bulk_modulus need 'along: volume'");
    if ((limits_.hole || limits_.flat) && !scan_) node.at("limits").fail("a limit for a hole or a flat needs 'inwards'");
  }

  void run(const Potential& potential, const CaseInputs& inputs, CaseResult& result) const override {
    const std::optional<OpenFrames> open = open_case_frames(frames_, potential, result);
    if (!open) return;
    std::vector<CurvePoint> points;
    std::optional<CurvePoint> shortest;  // of all frames: where the scan inwards begins needs no label
    evaluate_frames(potential, open->data, open->frames, inputs.world,
                    [&](long, const Structure& reference, const Prediction& prediction) {
                      const CurvePoint point = point_of(reference, prediction);
                      if (!shortest || point.x < shortest->x) shortest = point;
                      if (reference.energy) points.push_back(point);
                    });
    inputs.world.agree([&] {
      if (!inputs.world.is_root()) return;
      const std::string few = fmt::format("{} labelled frame(s): no curve yet", points.size());
      if (points.size() < 2 && !scan_) return result.skip(few);
      if (points.size() < 2) leave_curve_unjudged(few, result);
      std::sort(points.begin(), points.end(), [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; });
      fail_on_numerical_trouble(result, [&] { judge_curve(points, *shortest, potential, result); });
    });
  }

private:
  CurvePoint point_of(const Structure& reference, const Prediction& prediction) const {
    const auto atoms = static_cast<double>(reference.size());
    CurvePoint point{along_volume_ ? reference.cell.volume() / atoms : nearest_distance(reference), reference,
                     reference.energy.value_or(0) / atoms, prediction.energy / atoms};
    if (reference.stress) point.reference_pressure = -gpa * reference.stress->trace() / 3;
    point.predicted_pressure = -gpa * prediction.stress.trace() / 3;
    return point;
  }

  void leave_curve_unjudged(const std::string& few, CaseResult& result) const {
    result.notes.push_back(few + ", only what is inside of it is judged");
    result.leave_unjudged("energy RMSE", "meV/atom", limits_.energy, few);
    result.leave_unjudged("pressure RMSE", "GPa", limits_.pressure, few);
    leave_minimum_unjudged(few, result);
  }

  void leave_minimum_unjudged(const std::string& why, CaseResult& result) const {
    result.leave_unjudged("equilibrium volume", "Å³/atom", limits_.volume, why);
    result.leave_unjudged("bulk modulus", "GPa", limits_.bulk_modulus, why);
  }

  /// Energies of both are told from the frame in which the reference has its lowest.
  void judge_curve(std::vector<CurvePoint>& points, const CurvePoint& shortest, const Potential& potential,
                   CaseResult& result) const {
    const bool is_curve = points.size() >= 2;
    const CurvePoint lowest =
        is_curve ? *std::min_element(points.begin(), points.end(),
                                     [](const CurvePoint& a, const CurvePoint& b) { return a.reference < b.reference; })
                 : shortest;
    for (CurvePoint& point : points) {
      point.reference -= lowest.reference;
      point.predicted -= lowest.predicted;
    }
    CasePlot energies{is_curve ? "Energy above the reference's lowest frame" : "Energy above the shortest frame", x_label(),
                      "eV/atom"};
    if (is_curve) judge_points(points, energies, result);
    if (scan_) add_scan(shortest, lowest.predicted, potential, energies, result);
    result.plots.insert(result.plots.begin(), std::move(energies));
  }

  void judge_points(const std::vector<CurvePoint>& points, CasePlot& energies, CaseResult& result) const {
    add_energy_check(points, result);
    if (along_volume_) {
      add_pressure_check(points, result);
      add_equations_of_state(points, result);
    }
    energies.series = {{"reference", "points", {}, {}}, {"model", "line", {}, {}}};
    for (const CurvePoint& point : points) {
      energies.series[0].x.push_back(point.x);
      energies.series[0].y.push_back(point.reference);
      energies.series[1].x.push_back(point.x);
      energies.series[1].y.push_back(point.predicted);
    }
    result.tables.push_back(table_of(points));
  }

  std::string x_label() const { return along_volume_ ? "volume, Å³/atom" : "distance, Å"; }

  void add_energy_check(const std::vector<CurvePoint>& points, CaseResult& result) const {
    std::vector<double> errors;
    for (const CurvePoint& point : points)
      if (point.reference <= window_) errors.push_back(1e3 * (point.predicted - point.reference));
    if (errors.size() < 2)  // the lowest frame's own error is zero by the choice of the zero
      return result.leave_unjudged("energy RMSE", "meV/atom", limits_.energy, "no other frame than the lowest is in the window");
    const std::string within = std::isfinite(window_) ? fmt::format(", up to {} eV/atom", window_) : "";
    result.checks.push_back({fmt::format("energy RMSE of {} frames{}", errors.size(), within), "meV/atom",
                             root_mean_square(errors), std::nullopt, limits_.energy});
  }

  void add_pressure_check(const std::vector<CurvePoint>& points, CaseResult& result) const {
    CasePlot plot{"Pressure", x_label(), "GPa"};
    plot.series = {{"reference", "points", {}, {}}, {"model", "line", {}, {}}};
    std::vector<double> errors;
    for (const CurvePoint& point : points) {
      plot.series[1].x.push_back(point.x);
      plot.series[1].y.push_back(point.predicted_pressure);
      if (!point.reference_pressure) continue;
      plot.series[0].x.push_back(point.x);
      plot.series[0].y.push_back(*point.reference_pressure);
      if (point.reference <= window_) errors.push_back(point.predicted_pressure - *point.reference_pressure);
    }
    if (errors.empty())
      return result.leave_unjudged("pressure RMSE", "GPa", limits_.pressure, "no frame in the window has a stress");
    result.checks.push_back({"pressure RMSE", "GPa", root_mean_square(errors), std::nullopt, limits_.pressure});
    result.plots.push_back(std::move(plot));
  }

  void add_equations_of_state(const std::vector<CurvePoint>& points, CaseResult& result) const {
    std::vector<double> volumes, reference, predicted;
    for (const CurvePoint& point : points) {
      if (point.reference > window_) continue;
      volumes.push_back(point.x);
      reference.push_back(point.reference);
      predicted.push_back(point.predicted);
    }
    const auto wanted = fit_equation_of_state(volumes, reference);
    if (!wanted)
      return leave_minimum_unjudged(
          volumes.size() < 4 ? fmt::format("{} labelled volumes in the window, of four that are needed", volumes.size())
                             : "the reference has no minimum among the volumes",
          result);
    const auto found = fit_equation_of_state(volumes, predicted);
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    result.checks.push_back({"equilibrium volume", "Å³/atom", found ? found->volume : none, wanted->volume, limits_.volume});
    result.checks.push_back(
        {"bulk modulus", "GPa", found ? gpa * found->bulk_modulus : none, gpa * wanted->bulk_modulus, limits_.bulk_modulus});
    result.checks.push_back({"pressure derivative of the bulk modulus", "", found ? found->slope : none, wanted->slope});
    if (!found) result.notes.push_back("the model's curve has no minimum among the volumes");
  }

  /// How far the energy falls on the way inwards, and on how much of it there is nothing that keeps atoms apart.
  void add_scan(const CurvePoint& shortest, double predicted_zero, const Potential& potential, CasePlot& plot,
                CaseResult& result) const {
    PlotSeries inside{"model, beyond the reference", "line", {}, {}};
    const auto atoms = static_cast<double>(shortest.structure.size());
    double highest = shortest.predicted - predicted_zero, deepest_fall = 0;
    long flat = 0;
    for (long k = 0; k <= scan_->points; ++k) {
      const double factor = 1 - (1 - scan_->factor) * static_cast<double>(k) / static_cast<double>(scan_->points);
      const Structure structure = along_volume_ ? deformed(shortest.structure, factor * Eigen::Matrix3d::Identity())
                                                : with_scaled_bonds(shortest.structure, factor);
      const double energy = potential.evaluate(structure).energy / atoms - predicted_zero;
      inside.x.push_back(shortest.x * (along_volume_ ? factor * factor * factor : factor));
      inside.y.push_back(energy);
      deepest_fall = std::max(deepest_fall, std::isfinite(energy) ? highest - energy : std::numeric_limits<double>::infinity());
      if (k > 0 && !(energy > highest)) ++flat;
      highest = std::max(highest, energy);
    }
    result.checks.push_back({fmt::format("deepest fall of the energy inwards, to {} of the shortest lengths", scan_->factor),
                             "eV/atom", deepest_fall, std::nullopt, limits_.hole});
    result.checks.push_back({"share of the way inwards on which it does not rise", "",
                             static_cast<double>(flat) / static_cast<double>(scan_->points), std::nullopt, limits_.flat});
    std::reverse(inside.x.begin(), inside.x.end());
    std::reverse(inside.y.begin(), inside.y.end());
    plot.series.push_back(std::move(inside));
  }

  CaseTable table_of(const std::vector<CurvePoint>& points) const {
    CaseTable table{"Points of the curve", {x_label(), "reference, eV/atom", "model, eV/atom"}, {}};
    if (along_volume_) table.columns.insert(table.columns.end(), {"reference, GPa", "model, GPa"});
    for (const CurvePoint& point : points) {
      table.rows.push_back({case_number(point.x), case_number(point.reference), case_number(point.predicted)});
      if (along_volume_) {
        table.rows.back().push_back(point.reference_pressure ? case_number(*point.reference_pressure) : "-");
        table.rows.back().push_back(case_number(point.predicted_pressure));
      }
    }
    return table;
  }

  CaseFrames frames_;
  bool along_volume_ = true;
  double window_ = std::numeric_limits<double>::infinity();  ///< eV/atom above the lowest: frames that are judged
  std::optional<InwardScan> scan_;
  CurveLimits limits_;
};

}  // namespace

std::shared_ptr<const ValidationCase> read_curve_case(const Yaml& node, const std::string& folder) {
  return std::make_shared<CurveCase>(node, folder);
}

}  // namespace carillon
