#include "carillon/fit/row_units.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/data/split.hpp"
#include "carillon/design/assemble.hpp"
#include "carillon/fit/evidence_folds.hpp"

namespace carillon {
namespace {

/// Evidence by groups tells labels apart by itself, and has folds of frames whatever this fit does with them: another fit may
/// want to leave them out.
std::vector<int> folds_of_frames(const Dataset& data, const std::vector<long>& frames, const StepSpec& step) {
  const SolverSpec& solver = step.solver;
  const bool are_left_out = solver.options.strength == Strength::groups;
  const bool for_later = step.evidence == EvidenceLevel::groups;
  std::vector<std::string> labels;
  for (const long frame : frames) labels.push_back(data.summary(frame).label);
  if (are_left_out && solver.fold_by_label) {
    std::vector<int> by_label = assign_folds_by_label(labels);  // knows whether there are enough labels
    if (!for_later) return by_label;
  }
  if (are_left_out && !solver.fold_by_label) return assign_folds(labels, solver.folds);
  const int possible = std::min(solver.folds, static_cast<int>(std::min<std::size_t>(frames.size(), 1000)));
  return for_later && possible > 1 ? assign_folds(labels, possible) : std::vector<int>(frames.size(), 0);
}

/// The labels of frames that are to be told apart, in order of appearance; one empty label when they are not.
std::vector<std::string> labels_apart(const Dataset& data, const std::vector<long>& frames, bool apart) {
  std::vector<std::string> labels;
  for (const long frame : frames) {
    const std::string label = apart ? data.summary(frame).label : "";
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
  }
  return labels;
}

constexpr long rows_per_column = 4;
constexpr long rows_per_column_cut = 2;  // merging then costs up to a third of the QR, which idle ranks would not do either
constexpr long most_units = 64;    // of a fold: beyond that a larger machine needs another factorisation than a tree of triangles
constexpr long wanted_units = 16;  // of a step: below that, large frames are cut
constexpr long least_atoms_cut = 512;

/// Cuts frames that stand one after the other in a group into contiguous units of about equal cost.
void append_whole_frames(const Dataset& data, const Weights& weights, const RowUnit& group, const RowCost& cost,
                         std::vector<RowUnit>& units) {
  const std::vector<long>& frames = group.frames;
  if (frames.empty()) return;
  long rows = 0;
  double total = 0;
  std::vector<double> up_to;  // the cost of the frames before each, and of itself
  for (const long frame : frames) {
    const RowCounts counts = rows_of_frame(data.summary(frame), weights);
    rows += counts.total();
    up_to.push_back(total += cost.of(data.summary(frame), counts).total());
  }
  const auto count = static_cast<long>(frames.size());
  const long parts = std::clamp(rows / (rows_per_column * std::max(1L, cost.columns())), 1L, std::min(most_units, count));
  long begin = 0;
  for (long part = 0; part < parts; ++part) {
    // Rounding may not decide where frames of equal cost are cut, nor may a part be left without a frame.
    const double limit = (1 + 1e-9) * total * static_cast<double>(part + 1) / static_cast<double>(parts);
    const long last = std::upper_bound(up_to.begin(), up_to.end(), limit) - up_to.begin();
    const long end = part + 1 == parts ? count : std::clamp(last, begin + 1, count - (parts - 1 - part));
    units.push_back({group.fold, group.label, {frames.begin() + begin, frames.begin() + end}});
    begin = end;
  }
}

/// What the parts of a cut frame share out.
struct CutCost {
  double forces;      ///< of all atoms: making and factoring
  double frame_rows;  ///< of stress and energy, for which one part has to see all atoms

  explicit CutCost(const FrameCost& cost)
      // Without force rows made beside them, frame rows cost this much more (docs/decisions/cut_frames.md).
      : forces(cost.forces + cost.factoring), frame_rows(2.2 * cost.frame_rows) {}

  double total() const { return forces + frame_rows; }
  /// With more, the frame rows alone would take longer than any other part.
  long most_parts() const { return frame_rows > 0 ? static_cast<long>(std::min(64.0, std::ceil(total() / frame_rows))) : 64; }
};

/// How many parts a frame is worth cutting into.
long parts_of(const FrameSummary& frame, const RowCounts& rows, const RowCost& cost, std::size_t step_frames) {
  const auto frames = static_cast<long>(step_frames);
  if (frames >= wanted_units || frame.atoms < least_atoms_cut || rows.force == 0) return 1;
  const long wanted = std::min((wanted_units + frames - 1) / frames, CutCost(cost.of(frame, rows)).most_parts());
  return std::clamp(rows.total() / (rows_per_column_cut * std::max(1L, cost.columns())), 1L, wanted);
}

/// The first part has the frame's stress and energy, and so many fewer forces.
void append_cut_frame(const RowUnit& group, long frame, long atoms, long parts, const CutCost& cost,
                      std::vector<RowUnit>& units) {
  const double share = cost.total() / static_cast<double>(parts);
  const auto first = static_cast<long>(std::max(0.0, (share - cost.frame_rows) / cost.forces) * static_cast<double>(atoms));
  const auto boundary = [&](long part) {
    return part == 0 ? 0 : static_cast<std::size_t>(first + (part - 1) * (atoms - first) / (parts - 1));
  };
  for (long part = 0; part < parts; ++part)
    units.push_back({group.fold, group.label, {frame}, FramePart{boundary(part), boundary(part + 1), part == 0}});
}

void append_units(const Dataset& data, const Weights& weights, const RowUnit& group, const RowCost& cost, std::size_t step_frames,
                  std::vector<RowUnit>& units) {
  RowUnit whole{group.fold, group.label, {}};
  for (const long frame : group.frames) {
    const FrameSummary& summary = data.summary(frame);
    const RowCounts rows = rows_of_frame(summary, weights);
    const long parts = parts_of(summary, rows, cost, step_frames);
    if (parts == 1) {
      whole.frames.push_back(frame);
      continue;
    }
    append_whole_frames(data, weights, whole, cost, units);
    whole.frames.clear();
    append_cut_frame(group, frame, summary.atoms, parts, CutCost(cost.of(summary, rows)), units);
  }
  append_whole_frames(data, weights, whole, cost, units);
}

}  // namespace

RowCounts rows_of_frame(const FrameSummary& frame, const Weights& weights) {
  return count_rows(
      {frame.label, static_cast<std::size_t>(frame.atoms), frame.has_energy, frame.has_forces, frame.stress_components}, weights);
}

double cost_of_unit(const RowUnit& unit, const Dataset& data, const Weights& weights, const RowCost& cost) {
  double total = 0;
  for (const long frame : unit.frames) {
    const FrameSummary& summary = data.summary(frame);
    const FrameCost whole = cost.of(summary, rows_of_frame(summary, weights));
    if (!unit.part) {
      total += whole.total();
      continue;
    }
    const CutCost cut(whole);
    total += cut.forces * static_cast<double>(unit.part->atoms()) / static_cast<double>(summary.atoms) +
             (unit.part->has_frame_rows ? cut.frame_rows : 0);
  }
  return total;
}

RowCounts rows_of_unit(const RowUnit& unit, const Dataset& data, const Weights& weights) {
  RowCounts rows;
  for (const long frame : unit.frames) rows.add(rows_of_frame(data.summary(frame), weights));
  return unit.part ? count_rows(rows, *unit.part) : rows;
}

std::vector<RowUnit> divide_into_units(const Dataset& data, const std::vector<long>& frames, const StepSpec& step,
                                       const RowCost& cost) {
  const bool by_groups = step.evidence == EvidenceLevel::groups;
  const Weights weights = by_groups ? unit_weights(step.weights) : step.weights;
  const std::vector<int> fold_of = folds_of_frames(data, frames, step);
  const int folds = 1 + *std::max_element(fold_of.begin(), fold_of.end());
  std::vector<RowUnit> units;
  for (int fold = 0; fold < folds; ++fold)
    for (const std::string& label : labels_apart(data, frames, by_groups)) {
      RowUnit group{fold, label, {}};
      for (std::size_t k = 0; k < frames.size(); ++k)
        if (fold_of[k] == fold && (!by_groups || data.summary(frames[k]).label == label)) group.frames.push_back(frames[k]);
      if (!group.frames.empty()) append_units(data, weights, group, cost, frames.size(), units);
    }
  return units;
}

}  // namespace carillon
