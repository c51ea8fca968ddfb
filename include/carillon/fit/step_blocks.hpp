#pragma once

#include <span>
#include <string>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/fit/parent_spec.hpp"
#include "carillon/solve/summary.hpp"

namespace carillon {

/// Which sections of a block move and how, in words; empty when all are frozen.
std::string hold_text(const ParentSpec& spec, const Block& block);

/// New versions of the parents that moved in a fit, which belong to its blocks: with the old ones it would be another model.
///
/// @param before  with the coefficients they had
/// @param after   the coefficients of all parents, one after the other
/// @param name    of the blocks fitted, for the note in their provenance
std::vector<Block> moved_parents(const std::vector<Block>& before, std::span<const double> after, const ParentSpec& spec,
                                 const std::string& name);

/// Says in the provenance of a block that parents moved with it.
void note_moved_parents(Provenance& provenance, const std::vector<Block>& moved, const ParentSpec& spec);

/// One line for provenance: method, strength, how it was chosen.
std::string solver_text(const std::string& method, const Summary& summary);

}  // namespace carillon
