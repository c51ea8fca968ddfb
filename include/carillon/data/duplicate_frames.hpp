#pragma once

#include <vector>

#include "carillon/data/finding.hpp"
#include "carillon/data/frame_facts.hpp"

namespace carillon {

/// How two frames agree, to 1e-4 Å in every coordinate.
enum class Likeness {
  different,
  identical,   ///< the same numbers in the same order
  rearranged,  ///< the same up to the order of atoms, whole lattice vectors, and a shift of all atoms
};

/// Frames of another cell (also a rotated one, or a supercell) are different.
/// Cost O(atoms); O(atoms²) for frames that are rearranged.
Likeness likeness(const Structure& a, const Structure& b);

struct DuplicateFrames {
  std::vector<long> duplicate_of;  ///< [frames]: the first frame that this one repeats, or -1
  std::vector<Finding> findings;   ///< one error for each repeat, at the later frame; it says whether the labels agree
};

/// Frames that are in the data more than once. They count double, and a test set that shares them with the training set proves
/// nothing.
///
/// Candidates are found by their fingerprints (frame_facts.hpp) and read again to be compared.
/// Cost O(frames log frames), and reading the candidates.
DuplicateFrames find_duplicate_frames(const Dataset& data, const std::vector<FrameFacts>& facts);

}  // namespace carillon
