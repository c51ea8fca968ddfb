#pragma once

#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/fit/recipe.hpp"

namespace carillon {

/// Refuses a fit for everything that can be known before its work begins, so that hours of work do not end in an error: frozen
/// blocks that cannot be read or are not what their step says, labels that no frame has, steps without a frame to fit on, more
/// folds than frames, blocks that do not make a model together.
///
/// @param train  frames to fit on
/// @throws InputError, FileError  with the step's line in the recipe
/// Cost: reads the frozen blocks; no frame is read.
void check_fit(const Recipe& recipe, const Dataset& data, const std::vector<long>& train);

/// Refuses data with two atoms at one place, which have no forces: otherwise a fit would come upon them in the middle of its
/// work, or, where they are in a test frame, at its end. Each rank looks at its share of the frames: call it inside
/// Communicator::agree.
/// @throws InputError  with frame and atoms
/// Cost: reads every frame once more and finds its close pairs, little beside the design rows of one.
void check_frames(const Dataset& data, const Communicator& world);

}  // namespace carillon
