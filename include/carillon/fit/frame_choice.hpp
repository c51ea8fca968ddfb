#pragma once

#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"

namespace carillon {

/// Which of `candidates` a step fits on: frames that hold all elements of at least one fitted block, no element beyond those
/// known after the step, and one of `labels` (all when empty).
///
/// A frame without all elements of a block has nothing but zeros in the block's columns, so nothing is lost.
/// @param fitted  element sets of the step's blocks
/// @param known   elements of the blocks so far, the step's own included; sorted
std::vector<long> frames_for_step(const Dataset& data, const std::vector<long>& candidates, const std::vector<std::vector<Element>>& fitted,
                                  const std::vector<Element>& known, const std::vector<std::string>& labels);

}  // namespace carillon
