#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/split.hpp"
#include "carillon/evidence/evidence.hpp"
#include "carillon/fit/coverage.hpp"
#include "carillon/fit/evidence_solution.hpp"
#include "carillon/fit/price.hpp"
#include "carillon/fit/recipe.hpp"
#include "carillon/fit/residual.hpp"

namespace carillon {

class Checkpoint;

/// What one step of a hierarchical fit did.
struct StepReport {
  std::vector<std::string> blocks;
  bool frozen = false;       ///< nothing was fitted; the rest is empty then
  std::vector<long> frames;  ///< fitted on
  RowCounts rows;
  Weights weights;
  long columns = 0;             ///< unknowns: those of parents that move included
  BasisSet basis;               ///< the sections the unknowns are the columns of: of the blocks, then of parents that move
  LeastSquaresResult solution;  ///< coefficients, Summary, the path over strengths
  ResidualTally residual;       ///< reference and target forces by state point
  double row_seconds = 0;       ///< wall time: design rows and factorisation
  double solve_seconds = 0;     ///< wall time: merging, path and solution
  std::vector<std::string> moved_parents;    ///< blocks before it that have new coefficients since
  std::shared_ptr<const Evidence> evidence;  ///< on the root, where the step keeps any
  std::optional<PriceTable> price;           ///< on the root, where the step asks for it
};

struct FitResult {
  Hierarchy model;
  std::vector<StepReport> steps;
};

/// What a fit tells its caller while it runs.
struct FitObserver {
  std::function<void(const std::string& line)> note;                   ///< a finished piece of work, in words
  std::function<ProgressCallback(const std::string& title)> progress;  ///< a new progress display for a long piece of work
  std::function<void(const std::string& line)> warn = {};              ///< something that a person should look at; may be empty
};

/// The frames to fit and to test on.
/// @throws InputError  unknown label or frame, nothing left to train on
Split split_frames(const Recipe& recipe, const Dataset& data);

/// Carries out the steps of a recipe: each fitted step's target is the reference minus all blocks before it (docs/theory.md,
/// Eq. 9); its rows are streamed into triangular factors, one for each group of frames, so memory does not grow with frames.
///
/// Frames are shared among the ranks; the result is bitwise the same for any number of ranks and threads (Eq. 11).
///
/// @param checkpoint  where finished pieces are kept and found again, so that a fit ended early goes on from there to the same
///                    bytes; null: nowhere
/// @param older       evidence that fitted steps add their rows to, by the (first) block's name; the root's counts. Such a step
///                    keeps evidence of the same level itself
/// @throws InputError  no frame to fit a step on, a frozen block that is not what its step says, blocks that do not agree
/// @throws Interrupted  a signal came (core/interrupt.hpp); frames done so far are in the checkpoint; on all ranks
FitResult run_fit(const Recipe& recipe, const Dataset& data, const std::vector<long>& train, const Communicator& world,
                  const FitObserver& observer, Checkpoint* checkpoint = nullptr, const ParentEvidence& older = {});

}  // namespace carillon
