#pragma once

#include <vector>

namespace carillon {

/// Columns (or rows) cut into tiles for parallel_for: wide ones first, which pack their operands least often, then ever narrower
/// ones, so that the threads come to the end together. They are cut in the same places whatever the number of threads: results
/// that go by tiles are then the same bit for bit.
class Tiles {
public:
  /// Every width but the last is a multiple of `narrowest`, at most a quarter of what is left (but one `narrowest`) and at most
  /// `widest`.
  Tiles(long count, long narrowest, long widest);

  long number() const { return static_cast<long>(begins_.size()) - 1; }
  long begin(long tile) const { return begins_[static_cast<std::size_t>(tile)]; }
  long size(long tile) const { return begin(tile + 1) - begin(tile); }

private:
  std::vector<long> begins_{0};  ///< and the end of the last
};

}  // namespace carillon
