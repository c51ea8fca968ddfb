#pragma once

#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/data/finding.hpp"

namespace carillon {

/// Frames without energy, forces or stress.
///
/// A label that a frame lacks although most frames of its file have it is a warning at that frame; one that few or none have is
/// one note for the file. Stress is expected of periodic frames only; of frames with its diagonal alone there is one note a file.
///
/// @param periodic  of each frame, in all three directions
/// Cost O(frames), nothing is read.
std::vector<Finding> find_missing_labels(const Dataset& data, const std::vector<bool>& periodic);

}  // namespace carillon
