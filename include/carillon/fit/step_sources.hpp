#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/fit/carried_prior.hpp"
#include "carillon/fit/evidence_solution.hpp"
#include "carillon/fit/recipe.hpp"

namespace carillon {

/// One frozen block: a block folder, or the block of that name in a params.txt.
/// @throws InputError  it holds no such block
Block read_frozen_block(const std::string& path, const std::string& name);

/// The earlier blocks that a step's frames know of: those all of whose elements some frame holds, their sections in section
/// order.
std::vector<Block> parents_in_frames(const std::vector<Block>& earlier, const Dataset& data, const std::vector<long>& frames);

/// What the step's `prior` draws to; no mean where it has none.
/// @throws InputError, FileError  blocks that cannot be read or carried over
CarriedPrior prior_of_step(const StepSpec& step, const BasisSet& basis);

/// Refuses, before any work is done, what a step says about its parents and its prior and cannot be: names that are no parents,
/// blocks that cannot be read or carried over, evidence that is not there.
/// @param parents  of the step, with any coefficients
/// @param basis    of the step's own blocks
void check_step_sources(const Recipe& recipe, const StepSpec& step, const std::vector<Block>& parents, const BasisSet& basis);

/// The evidence file of each frozen block of the recipe that some step asks for, by block.
std::map<std::string, std::string> evidence_files(const Recipe& recipe);

/// What a fit's result depends on beside recipe, data and frozen blocks, by name, as hashes: blocks of priors, evidence of
/// parents.
std::map<std::string, std::string> source_identities(const Recipe& recipe);

}  // namespace carillon
