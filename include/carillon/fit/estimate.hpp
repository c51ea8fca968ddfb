#pragma once

#include <string>
#include <vector>

#include "carillon/fit/pipeline.hpp"

namespace carillon {

/// What a step will need, found without carrying it out.
struct StepEstimate {
  std::vector<std::string> blocks;
  long frames = 0;
  RowCounts rows;
  long columns = 0;             ///< of the rows: those of the parents included where evidence is kept or parents move
  int groups = 0;               ///< factors kept for cross-validation
  double memory_bytes = 0;      ///< of the root process, at its largest
  double checkpoint_bytes = 0;  ///< on disk at most, until the step is solved (docs/checkpoints.md)
  EvidenceLevel evidence = EvidenceLevel::none;
  double evidence_bytes = 0;  ///< of its factors, in the block's evidence.h5
  double row_seconds = 0;     ///< CPU time for all design rows: one frame timed, scaled by rows
  double factor_seconds = 0;  ///< CPU time for the factors of the rows, from the measured speed of a small one
  double solve_seconds = 0;   ///< CPU time for paths and solutions, from the same speed
};

/// Estimates for every fitted step of a recipe. Cost: the design rows of one frame a step.
std::vector<StepEstimate> estimate_fit(const Recipe& recipe, const Dataset& data, const std::vector<long>& train);

/// A table of estimates for the terminal.
std::string estimate_table(const std::vector<StepEstimate>& estimates, int threads, int ranks);

/// The same for programs, as JSON (docs/file_formats.md): bytes and CPU seconds.
std::string estimate_json(const std::vector<StepEstimate>& estimates, int threads, int ranks);

}  // namespace carillon
