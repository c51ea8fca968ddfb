#pragma once

#include <vector>

#include "carillon/data/finding.hpp"
#include "carillon/data/frame_facts.hpp"

namespace carillon {

/// Labels copied from one frame to another: frames that differ but have bit for bit the same forces, or the same stress, or the
/// same energy as the frame before them. Errors, each at the later frame. Numbers with few digits can agree by chance, so an
/// energy alone counts only in two frames that follow each other.
///
/// @param duplicate_of  the frame that each one is a duplicate of, or -1: duplicates (data/duplicate_frames.hpp) are not repeated
/// here Cost O(frames).
std::vector<Finding> find_repeated_labels(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const std::vector<long>& duplicate_of);

}  // namespace carillon
