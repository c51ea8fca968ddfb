#pragma once

#include <string>
#include <vector>

#include "carillon/fit/linear_part.hpp"

namespace carillon {

/// The parts of what a user names as a model that labels can tell of: its blocks with the posteriors beside them; or the last
/// layer of a network, of each member of a committee. What a network was trained on is not in its file: learn_frames() tells it.
///
/// Of a network that has learnt nothing, weights of the last layer are known to 1 eV; labels weigh as in a training by default
/// (LossWeights), a force as good as 0.1 eV/Å.
/// @param blocks       to choose for; empty: all
/// @throws InputError  blocks of a network; members of a committee that are no networks; otherwise as block_parts, open_model and
///                     find_posteriors
std::vector<LinearPart> open_linear_parts(const std::vector<std::string>& paths, const std::vector<std::string>& blocks = {});

}  // namespace carillon
