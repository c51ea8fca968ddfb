#pragma once

#include <vector>

#include "carillon/evidence/block_posterior.hpp"
#include "carillon/fit/pipeline.hpp"

namespace carillon {

/// What a fitted step leaves open about each of its blocks, and about the parents that moved with them; empty where the solver
/// makes no posterior. Where the step keeps evidence and its parents stayed frozen, with how the blocks follow their parents:
/// that takes the rows of both.
///
/// Of a parent that moved in some sections only nothing is kept: its other sections have no part in this posterior.
///
/// @param report  on the root, with its evidence
/// @param model   blocks as they are after the step, or after later ones: a block that has moved again since is left out
/// Cost as sensitivity() (solve/posterior.hpp).
std::vector<BlockPosterior> step_posteriors(const StepReport& report, const std::vector<Block>& model);

}  // namespace carillon
