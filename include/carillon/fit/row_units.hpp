#pragma once

#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/fit/recipe.hpp"

namespace carillon {

/// Frames whose rows one rank streams, in order: into one triangular factor, or into one for each kind of row.
struct RowUnit {
  int fold = 0;
  std::string label;  ///< of all its frames, where evidence is kept by groups; empty otherwise
  std::vector<long> frames;
};

/// Divides the frames of a step into folds, and each fold (where evidence is kept by groups: each label in it) into units of
/// whole frames.
///
/// The division depends on the data and the recipe alone, never on ranks, so that the merged factors are the same bits for any
/// number of them (docs/theory.md, Eq. 11). A unit holds at least 4 rows a column: below that, merging factors costs more than
/// streaming rows into one.
///
/// @throws InputError  fewer frames than folds
std::vector<RowUnit> divide_into_units(const Dataset& data, const std::vector<long>& frames, const StepSpec& step, long columns);

/// The rows a frame gives under the step's weights.
RowCounts rows_of_frame(const FrameSummary& frame, const Weights& weights);

}  // namespace carillon
