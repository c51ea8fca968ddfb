#include "carillon/fit/row_units.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/data/split.hpp"
#include "carillon/design/assemble.hpp"

namespace carillon {
namespace {

std::vector<int> folds_of_frames(const Dataset& data, const std::vector<long>& frames, const SolverSpec& solver) {
  if (solver.options.strength != Strength::groups) return std::vector<int>(frames.size(), 0);
  std::vector<std::string> labels;
  for (const long frame : frames) labels.push_back(data.summary(frame).label);
  return solver.fold_by_label ? assign_folds_by_label(labels) : assign_folds(labels, solver.folds);
}

/// Cuts a fold into contiguous units of about equal rows.
void append_units(const Dataset& data, const Weights& weights, int fold, const std::vector<long>& frames, long columns,
                  std::vector<RowUnit>& units) {
  constexpr long rows_per_column = 4;
  constexpr long most_units = 64;  // of a fold: beyond that a larger machine needs another factorisation than a tree of triangles
  long rows = 0;
  for (const long frame : frames) rows += rows_of_frame(data.summary(frame), weights).total();
  const long parts = std::clamp(rows / (rows_per_column * std::max(1L, columns)), 1L, std::min<long>(most_units, static_cast<long>(frames.size())));
  const auto count = static_cast<long>(frames.size());
  for (long part = 0; part < parts; ++part)
    units.push_back({fold, {frames.begin() + part * count / parts, frames.begin() + (part + 1) * count / parts}});
}

}  // namespace

RowCounts rows_of_frame(const FrameSummary& frame, const Weights& weights) {
  return count_rows(
      {frame.label, static_cast<std::size_t>(frame.atoms), frame.has_energy, frame.has_forces, frame.stress_components}, weights);
}

std::vector<RowUnit> divide_into_units(const Dataset& data, const std::vector<long>& frames, const StepSpec& step, long columns) {
  const std::vector<int> fold_of = folds_of_frames(data, frames, step.solver);
  const int folds = 1 + *std::max_element(fold_of.begin(), fold_of.end());
  std::vector<RowUnit> units;
  for (int fold = 0; fold < folds; ++fold) {
    std::vector<long> members;
    for (std::size_t k = 0; k < frames.size(); ++k)
      if (fold_of[k] == fold) members.push_back(frames[k]);
    append_units(data, step.weights, fold, members, columns, units);
  }
  return units;
}

}  // namespace carillon
