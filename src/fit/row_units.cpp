#include "carillon/fit/row_units.hpp"

#include <algorithm>

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

/// Cuts a group of frames into contiguous units of about equal rows.
void append_units(const Dataset& data, const Weights& weights, const RowUnit& group, long columns, std::vector<RowUnit>& units) {
  const std::vector<long>& frames = group.frames;
  constexpr long rows_per_column = 4;
  constexpr long most_units = 64;  // of a fold: beyond that a larger machine needs another factorisation than a tree of triangles
  long rows = 0;
  for (const long frame : frames) rows += rows_of_frame(data.summary(frame), weights).total();
  const long parts = std::clamp(rows / (rows_per_column * std::max(1L, columns)), 1L,
                                std::min<long>(most_units, static_cast<long>(frames.size())));
  const auto count = static_cast<long>(frames.size());
  for (long part = 0; part < parts; ++part)
    units.push_back(
        {group.fold, group.label, {frames.begin() + part * count / parts, frames.begin() + (part + 1) * count / parts}});
}

}  // namespace

RowCounts rows_of_frame(const FrameSummary& frame, const Weights& weights) {
  return count_rows(
      {frame.label, static_cast<std::size_t>(frame.atoms), frame.has_energy, frame.has_forces, frame.stress_components}, weights);
}

std::vector<RowUnit> divide_into_units(const Dataset& data, const std::vector<long>& frames, const StepSpec& step, long columns) {
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
      if (!group.frames.empty()) append_units(data, weights, group, columns, units);
    }
  return units;
}

}  // namespace carillon
