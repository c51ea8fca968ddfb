#pragma once

#include <string>
#include <vector>

#include "carillon/block/block.hpp"

namespace carillon {

/// What is lacking for these blocks to make a model (unless it is meant to be absent), in fitting order; empty for no blocks.
std::vector<std::string> missing_blocks(const std::vector<Block>& blocks);

}  // namespace carillon
