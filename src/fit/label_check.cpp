#include "carillon/fit/label_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/data/robust_statistics.hpp"
#include "carillon/potential/evaluate.hpp"

namespace carillon {
namespace {

constexpr long fewest_free_energies = 10;  // whose chance correlations are 0.3
constexpr double same_volume = 0.02;       // relative
constexpr AgreementBounds energy_bounds = {0.5, 4};
constexpr double outlying_energy = 10;    // sigma
constexpr double same_factor = 2;         // energies and stresses off by factors this near each other
constexpr double outlying_forces = 1.5;   // median misfits
constexpr double opposite_forces = -0.4;  // correlation
constexpr double following_forces = 0.5;
constexpr double wrong_force_size = 5;
constexpr double unrelated_forces = 0.2;
constexpr double usual_in_label = 0.6;

FrameAgreement compared(long frame, const Structure& structure, const Prediction& prediction) {
  FrameAgreement out;
  out.frame = frame;
  out.model_energy = prediction.energy / static_cast<double>(structure.size());
  if (structure.forces)
    for (std::size_t i = 0; i < structure.size(); ++i)
      for (int axis = 0; axis < 3; ++axis) out.forces.add(prediction.forces[i][axis], (*structure.forces)[i][axis]);
  return out;
}

StressPoint compared_stress(long frame, const Structure& structure, const Prediction& prediction) {
  StressPoint out;
  out.frame = frame;
  out.components = structure.stress_is_diagonal ? 3 : 6;
  for (std::size_t v = 0; v < static_cast<std::size_t>(out.components); ++v) {
    out.model[v] = prediction.stress(voigt_row[v], voigt_column[v]);
    out.labelled[v] = (*structure.stress)(voigt_row[v], voigt_column[v]);
  }
  return out;
}

void compare_all(const Dataset& data, const std::vector<long>& usable, const QuickModel& model, const ProgressCallback& progress,
                 LabelCheck& out) {
  const ChimesPotential potential(model.basis, model.coefficients);
  evaluate_frames(
      potential, data, usable, Communicator(),
      [&](long frame, const Structure& structure, const Prediction& prediction) {
        out.frames.push_back(compared(frame, structure, prediction));
        if (structure.stress && structure.cell.volume() > 0)
          out.stresses.push_back(compared_stress(frame, structure, prediction));
      },
      progress);
}

using Point = std::pair<double, double>;  // model, label

std::vector<Point> without_outliers(const std::vector<Point>& points) {
  std::vector<double> labels;
  for (const Point& point : points) labels.push_back(point.second);
  const RobustSpread spread = robust_spread(labels);
  std::vector<Point> out;
  std::copy_if(points.begin(), points.end(), std::back_inserter(out),
               [&](const Point& point) { return std::abs(point.second - spread.median) <= outlying_energy * spread.sigma; });
  return out;
}

/// Energies of frames about the mean of those of their composition and volume: how energies of different volumes lie is not in
/// the forces. Without those that stand out by 10 sigma: they are found elsewhere, and a single one would decide.
EnergyAgreement energy_agreement(const std::vector<const FrameAgreement*>& frames, const std::vector<FrameFacts>& facts) {
  std::map<std::pair<std::vector<long>, long>, std::vector<Point>> groups;
  for (const FrameAgreement* frame : frames) {
    const FrameFacts& known = facts[static_cast<std::size_t>(frame->frame)];
    const long volume = known.volume > 0 ? std::lround(std::log(known.volume) / same_volume) : 0;
    if (known.energy)
      groups[{known.counts, volume}].emplace_back(frame->model_energy, *known.energy / static_cast<double>(known.atoms));
  }
  EnergyAgreement out;
  for (const auto& [state, all] : groups) {
    const auto points = without_outliers(all);
    double mean_x = 0;
    double mean_y = 0;
    for (const auto& [x, y] : points) {
      mean_x += x / static_cast<double>(points.size());
      mean_y += y / static_cast<double>(points.size());
    }
    for (const auto& [x, y] : points) out.fluctuations.add(x - mean_x, y - mean_y);
    out.free_frames += static_cast<long>(points.size()) - 1;
  }
  return out;
}

double median_atoms(const std::vector<const FrameAgreement*>& frames, const std::vector<FrameFacts>& facts) {
  std::vector<double> atoms;
  for (const FrameAgreement* frame : frames)
    atoms.push_back(static_cast<double>(facts[static_cast<std::size_t>(frame->frame)].atoms));
  return median_of(std::move(atoms));
}

Finding about_file(Severity severity, const char* check, const std::string& file, std::string message) {
  Location where;
  where.file = file;
  return {severity, check, where, "", std::move(message)};
}

/// Forces that are `f` times too large make a model whose energies and stresses are, so that the right labels look 1/f times as
/// large as they should be.
std::optional<UnitVerdict> force_mistake(const SourceAgreement& source) {
  using Kind = UnitVerdict::Kind;
  if (source.stress.verdict.kind != Kind::wrong || source.energy_verdict.kind != Kind::wrong) return std::nullopt;
  const double quotient = source.stress.verdict.factor / source.energy_verdict.factor;
  if (quotient < 1 / same_factor || quotient > same_factor) return std::nullopt;
  LabelAgreement reversed = source.stress.judged;
  std::swap(reversed.xx, reversed.yy);
  const UnitVerdict verdict = unit_verdict(reversed, force_unit_mistakes(), {0, 2.5});
  return verdict.is_explained ? std::optional(verdict) : std::nullopt;
}

void judge_quantity(const std::string& file, const char* check, const char* quantity, const LabelAgreement& agreement,
                    const UnitVerdict& verdict, std::vector<Finding>& findings) {
  if (agreement.count == 0) return;
  if (verdict.kind == UnitVerdict::Kind::unclear)
    findings.push_back(
        about_file(Severity::note, check, file,
                   fmt::format("{} cannot be judged: {} numbers with a correlation of {:.2f} with a model fitted to the forces",
                               quantity, agreement.count, agreement.correlation())));
  if (verdict.kind == UnitVerdict::Kind::wrong)
    findings.push_back(about_file(verdict.is_explained ? Severity::error : Severity::warning, check, file,
                                  fmt::format("{} against a model fitted to the forces (correlation {:.2f}): {}", quantity,
                                              agreement.correlation(), verdict.words)));
}

void judge_stresses(const Dataset& data, const std::vector<FrameFacts>& facts, const SourceAgreement& source,
                    const std::vector<StressPoint>& points, std::vector<Finding>& findings) {
  if (points.empty()) return;
  if (const int shift = stress_frame_shift(data, points); shift != 0) {
    findings.push_back(
        about_file(Severity::error, "stress_frame", source.file,
                   fmt::format("stresses do not go with the forces of their own frames, but with those of the frame {} them",
                               shift < 0 ? "before" : "after")));
    return;
  }
  if (const auto order = other_shear_order(data, points))
    findings.push_back(about_file(Severity::error, "stress_order", source.file, *order));
  judge_quantity(source.file, "stress_unit", "stresses", source.stress.judged, source.stress.verdict, findings);
  if (source.stress.verdict.kind == UnitVerdict::Kind::right) {
    const auto outliers = find_stress_outliers(data, facts, points);
    findings.insert(findings.end(), outliers.begin(), outliers.end());
  }
}

void judge_source(const Dataset& data, const std::vector<FrameFacts>& facts, const SourceAgreement& source,
                  const std::vector<StressPoint>& points, std::vector<Finding>& findings) {
  if (const auto forces = force_mistake(source)) {
    findings.push_back(about_file(Severity::error, "force_unit", source.file,
                                  "forces against energies and stresses, which agree with each other: " + forces->words));
    return;
  }
  judge_stresses(data, facts, source, points, findings);
  judge_quantity(source.file, "energy_unit", "energies", source.energy.fluctuations, source.energy_verdict, findings);
}

/// Median over the frames of each label.
std::map<std::string, double> force_correlations(const Dataset& data, const std::vector<FrameAgreement>& frames) {
  std::map<std::string, std::vector<double>> values;
  for (const FrameAgreement& frame : frames)
    if (frame.forces.count > 0) values[data.summary(frame.frame).label].push_back(frame.forces.correlation());
  std::map<std::string, double> out;
  for (auto& [label, correlations] : values) out[label] = median_of(std::move(correlations));
  return out;
}

double usual_force_misfit(const std::vector<FrameAgreement>& frames) {
  std::vector<double> misfits;
  for (const FrameAgreement& frame : frames)
    if (frame.forces.count > 0) misfits.push_back(frame.forces.misfit(1));
  return misfits.empty() ? 0 : median_of(std::move(misfits));
}

/// Forces whose size or sign is wrong. Small ones that the model does not follow may be a relaxed structure's, unless it follows
/// the others of their label.
bool is_of_wrong_unit(const LabelAgreement& forces, double usual_correlation) {
  const double correlation = forces.correlation();
  if (forces.ratio() < 1 / wrong_force_size && usual_correlation < usual_in_label) return false;
  const bool wrong_size = forces.ratio() > wrong_force_size || forces.ratio() < 1 / wrong_force_size;
  return correlation < opposite_forces || (correlation > following_forces && wrong_size);
}

void judge_forces(const Dataset& data, const std::vector<FrameAgreement>& frames, std::vector<Finding>& findings) {
  const std::map<std::string, double> usual = force_correlations(data, frames);
  const double usual_misfit = usual_force_misfit(frames);
  for (const FrameAgreement& frame : frames) {
    const LabelAgreement& forces = frame.forces;
    if (forces.yy == 0 || forces.xx == 0 || forces.misfit(1) < outlying_forces * usual_misfit) continue;
    const std::string& label = data.summary(frame.frame).label;
    const auto report = [&](Severity severity, const std::string& message) {
      findings.push_back({severity, "force_unit", location_of(data, frame.frame), label, message});
    };
    if (is_of_wrong_unit(forces, usual.at(label)))
      report(Severity::error, fmt::format("forces against a model of all frames (correlation {:.2f}): {}", forces.correlation(),
                                          unit_verdict(forces, force_unit_mistakes(), {0, 2.5}).words));
    else if (forces.correlation() < unrelated_forces && usual.at(label) > usual_in_label)
      report(Severity::warning,
             fmt::format("the forces do not follow the structure (correlation {:.2f} with a model of all frames, {:.2f} in the "
                         "median of label {}): of another structure, or in another order of atoms",
                         forces.correlation(), usual.at(label), label));
  }
}

}  // namespace

LabelCheck check_labels(const Dataset& data, const std::vector<FrameFacts>& facts, const std::vector<long>& usable,
                        const QuickModel& model, const ProgressCallback& progress) {
  LabelCheck out;
  compare_all(data, usable, model, progress, out);
  for (std::size_t number = 0; number < data.sources().size(); ++number) {
    const auto is_mine = [&](long frame) { return data.summary(frame).source == static_cast<int>(number); };
    std::vector<const FrameAgreement*> frames;
    for (const FrameAgreement& frame : out.frames)
      if (is_mine(frame.frame)) frames.push_back(&frame);
    std::vector<StressPoint> points;
    std::copy_if(out.stresses.begin(), out.stresses.end(), std::back_inserter(points),
                 [&](const StressPoint& point) { return is_mine(point.frame); });
    if (frames.empty()) continue;
    SourceAgreement source;
    source.file = data.sources()[number].path;
    for (const FrameAgreement* frame : frames) source.forces.merge(frame->forces);
    source.energy = energy_agreement(frames, facts);
    if (source.energy.free_frames >= fewest_free_energies)
      source.energy_verdict =
          unit_verdict(source.energy.fluctuations, energy_unit_mistakes(median_atoms(frames, facts)), energy_bounds);
    source.stress = stress_agreement(data, facts, points);
    judge_source(data, facts, source, points, out.findings);
    out.sources.push_back(std::move(source));
  }
  judge_forces(data, out.frames, out.findings);
  return out;
}

}  // namespace carillon
