#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/evidence/evidence.hpp"
#include "carillon/fit/recipe.hpp"
#include "carillon/fit/row_units.hpp"
#include "carillon/fit/step_checkpoint.hpp"
#include "carillon/solve/merge_tree.hpp"

namespace carillon {

/// Of a frame that is cut, this many atoms' force rows are made at once: some 64 MB, but a thousand atoms at least, since each
/// time the bonds of the whole frame are found anew.
long atoms_of_part_at_once(long columns);

/// How the rows of a step become factors.
struct RowPlan {
  BasisSet basis;     ///< of the rows' columns: the step's blocks, and its parents where has_parent_columns()
  Weights weights;    ///< that rows go into the factors with
  bool with_parents;  ///< b is the label as it is; else what the parents leave of it
  bool by_kind;       ///< one factor for each kind of row
  std::vector<RowUnit> units;
  std::vector<EvidenceKey> keys;  ///< of the groups that units are merged into
  std::vector<long> group_of;     ///< place in `keys` of each unit's factors, one unit after the other

  long factors_per_unit() const { return by_kind ? 3 : 1; }
  /// How many rows go into each of a unit's factors.
  std::vector<long> rows_of_factors(const RowUnit& unit, const Dataset& data) const;
  /// What each unit will cost, predicted.
  std::vector<double> unit_costs(const Dataset& data) const;
  int folds() const;
};

/// @param columns  blocks of the step, then its parents where their columns are wanted
RowPlan plan_rows(const StepSpec& step, const Dataset& data, const std::vector<long>& frames, BasisSet columns);

/// Bytes of the factors of a plan's groups: what evidence of level groups takes.
double factor_bytes(const RowPlan& plan, const Dataset& data);

/// Makes the rows of a step's units and streams them into factors.
class StepRows {
public:
  /// @param own       basis of the step's own blocks, for the distances that its frames cover
  /// @param parents   all blocks before the step: what the frames' targets are compared with
  StepRows(const RowPlan& plan, const BasisSet& own, const Dataset& data, const std::vector<Block>& parents);

  /// Streams the rows of a unit, from the frame where an earlier run stopped; between frames it minds signals.
  /// @param done  called with the number of frames done just then
  /// @throws Interrupted  what is done of the unit is kept
  FinishedUnit make_unit(long number, StepCheckpoint& kept, const std::function<void(std::size_t)>& done);

private:
  /// A frame and what its rows are to reproduce.
  struct FrameInWork {
    long number;
    Structure structure;
    Target left;    ///< by the parents
    Target target;  ///< b of its rows
  };

  OpenUnit new_unit() const;
  FrameInWork read_frame(long number) const;
  FrameNotes notes_of(const FrameInWork& frame) const;
  void append_part(long frame, FramePart part, OpenUnit& unit);
  void append_rows(const WeightedRows& rows, OpenUnit& unit) const;
  void append_frames(const std::vector<long>& frames, std::size_t begin, std::size_t count, OpenUnit& unit) const;

  const RowPlan& plan_;
  const BasisSet& own_;
  const Dataset& data_;
  MomentRows rows_;
  std::unique_ptr<ChimesPotential> frozen_;
  std::unique_ptr<FrameInWork> last_frame_;  ///< of those that are cut: its parts mostly follow each other on one rank
};

}  // namespace carillon
