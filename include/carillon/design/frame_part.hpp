#pragma once

#include <cstddef>

#include "carillon/data/structure.hpp"

namespace carillon {

/// Which rows of a frame are meant: the force rows of some of its atoms, and its stress and energy rows or not.
///
/// Force rows belong to an atom each and can be made apart; stress and energy are sums over all atoms, so one part of a frame has
/// them all.
struct FramePart {
  std::size_t begin = 0;  ///< first atom with force rows
  std::size_t end = 0;    ///< one past the last
  bool has_frame_rows = true;

  static FramePart whole(const Structure& structure) { return {0, structure.size(), true}; }
  std::size_t atoms() const { return end - begin; }
  bool has_forces_of(std::size_t atom) const { return atom >= begin && atom < end; }
};

}  // namespace carillon
