#pragma once

#include <string>

#include "carillon/block/block.hpp"

namespace carillon {

/// The text of CARD.md: what the block is, what its training covered, how it was made, and what follows from that for its use.
/// Everything is generated from the block; what is not recorded is said to be not recorded.
std::string block_card(const Block& block);

}  // namespace carillon
