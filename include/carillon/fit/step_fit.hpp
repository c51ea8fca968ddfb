#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "carillon/fit/pipeline.hpp"
#include "carillon/fit/step_checkpoint.hpp"
#include "carillon/fit/step_rows.hpp"
#include "carillon/fit/step_sources.hpp"

namespace carillon {

/// What a fitted step is carried out with.
struct StepContext {
  const Recipe& recipe;  ///< by its own paths, which name the data files in the provenance
  const StepSpec& step;
  const Dataset& data;
  const Communicator& world;
  const FitObserver& observer;
  Checkpoint* checkpoint;                 ///< null: none
  const ParentEvidence& evidence;         ///< of blocks before it, on the root
  std::shared_ptr<const Evidence> older;  ///< of the same block, to be added to; on the root
};

/// One fitted step of a recipe, carried out by all ranks together.
class StepFit {
public:
  /// @param earlier  all blocks before it
  StepFit(const StepContext& context, const std::vector<Block>& earlier, StepCheckpoint kept);

  /// @param train  frames to choose from
  /// @param known  names of the blocks so far, the step's own and the absent ones included
  StepReport run(const std::vector<long>& train, const std::set<std::string>& known);

  /// The blocks fitted, and those of the parents that moved.
  const std::vector<Block>& blocks() const { return blocks_; }
  const std::vector<Block>& moved_parents() const { return moved_; }

private:
  void choose_frames(const std::vector<long>& train, const std::set<std::string>& known);
  void set_up_columns();
  void check_older_evidence();
  void tell_plan() const;
  bool take_kept_solution();
  bool take_kept_evidence();
  void tell_kept_units() const;
  std::vector<TriangularFactor> factorise(StepRows rows);
  void tell_progress(std::size_t frames);
  void collect_notes();
  std::vector<std::string> everyone(const std::string& bytes) const;
  void solve(std::vector<TriangularFactor> groups);
  void solve_target(const std::vector<TriangularFactor>& folds);
  void take_evidence(std::vector<TriangularFactor> groups);
  void keep_solution();
  void share_solution();
  void make_blocks();
  Provenance provenance() const;
  void finish_evidence();
  void warn_of_close_pairs() const;
  void pass_on_complaints() const;
  std::string name() const;

  StepContext context_;
  const StepSpec& step_;
  const Communicator& world_;
  StepCheckpoint kept_;
  std::vector<Block> earlier_;
  BasisSet own_;  ///< of the step's blocks
  RowPlan plan_;
  StepColumns columns_;  ///< where the parents' columns are in the rows
  StepSettings settings_;
  Evidence evidence_;  ///< likewise; groups on the root
  CarriedPrior prior_;
  std::vector<Block> blocks_;
  std::vector<Block> moved_;
  std::map<long, FrameNotes> unit_notes_;  ///< of this rank's units
  FrameNotes notes_;                       ///< of all units
  ProgressCallback progress_;
  long frames_done_ = 0;  ///< by this rank
  StepReport report_;
};

}  // namespace carillon
