#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/design/frame_part.hpp"
#include "carillon/fit/recipe.hpp"
#include "carillon/fit/row_cost.hpp"

namespace carillon {

/// Frames whose rows one rank streams, in order: into one triangular factor, or into one for each kind of row.
struct RowUnit {
  int fold = 0;
  std::string label;  ///< of all its frames, where evidence is kept by groups; empty otherwise
  std::vector<long> frames;
  std::optional<FramePart> part = {};  ///< of the only frame, where that is cut

  /// Frames that count as done with this unit: a frame that is cut counts with its stress and energy.
  std::size_t frames_counted() const { return part && !part->has_frame_rows ? 0 : frames.size(); }
};

/// Divides the frames of a step into folds, and each fold (where evidence is kept by groups: each label in it) into units of
/// whole frames. Where a step has fewer than 16 frames, those of 512 atoms and more are cut into units of their own, of some
/// atoms' forces each, as far as that takes the step to 16 units (docs/decisions/cut_frames.md).
///
/// The division depends on the data and the recipe alone, never on ranks, so that the merged factors are the same bits for any
/// number of them (docs/theory.md, Eq. 11). A unit holds at least 4 rows a column (2 where a frame is cut, its first part aside):
/// below that, merging factors costs more than streaming rows into one. Where a group has several, they are cut so that they cost
/// about the same (row_cost.hpp).
///
/// @throws InputError  fewer frames than folds
std::vector<RowUnit> divide_into_units(const Dataset& data, const std::vector<long>& frames, const StepSpec& step,
                                       const RowCost& cost);

/// The rows a frame gives under the step's weights.
RowCounts rows_of_frame(const FrameSummary& frame, const Weights& weights);
RowCounts rows_of_unit(const RowUnit& unit, const Dataset& data, const Weights& weights);

/// What a unit will cost as a whole: what owners are chosen by.
double cost_of_unit(const RowUnit& unit, const Dataset& data, const Weights& weights, const RowCost& cost);

}  // namespace carillon
