#pragma once

#include <set>
#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/fit/recipe.hpp"

namespace carillon {

/// Which of `candidates` a step fits on: frames that hold all elements of at least one fitted block, whose every interaction
/// belongs to a block that is known after the step, and that have one of `labels` (all when empty).
///
/// A frame without all elements of a block has nothing but zeros in the block's columns, so nothing is lost. A frame with
/// interactions of a block that comes later would load them on this one, so it has to wait.
/// @param fitted   element sets of the step's blocks
/// @param known    names of the blocks so far, the step's own and the absent ones included
/// @param largest  atoms in the largest cluster type
std::vector<long> frames_for_step(const Dataset& data, const std::vector<long>& candidates,
                                  const std::vector<std::vector<Element>>& fitted, const std::set<std::string>& known,
                                  int largest, const std::vector<std::string>& labels);

/// The same for a step of a recipe; state points of weight 0 are left out.
std::vector<long> frames_for_step(const StepSpec& step, const Dataset& data, const std::vector<long>& candidates,
                                  const std::set<std::string>& known);

}  // namespace carillon
