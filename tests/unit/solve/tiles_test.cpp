#include "carillon/solve/tiles.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace carillon {
namespace {

TEST(Tiles, CoverEverythingOnceAndNeverGetWider) {
  for (const long count : {0L, 1L, 63L, 64L, 65L, 500L, 1148L, 3747L}) {
    const Tiles tiles(count, 64, 256);
    long covered = 0;
    for (long k = 0; k < tiles.number(); ++k) {
      EXPECT_EQ(tiles.begin(k), covered);
      EXPECT_GT(tiles.size(k), 0);
      EXPECT_LE(tiles.size(k), k == 0 ? 256 : tiles.size(k - 1)) << count << ": tile " << k;
      covered += tiles.size(k);
    }
    EXPECT_EQ(covered, count);
  }
}

// Two threads that take tile after tile end within one narrow tile of each other, which equal tiles of 256 do not.
TEST(Tiles, LetTwoThreadsEndTogether) {
  for (const long count : {1100L, 2300L, 3747L}) {
    const Tiles tiles(count, 64, 256);
    long busy[2] = {0, 0};
    for (long k = 0; k < tiles.number(); ++k) busy[busy[1] < busy[0]] += tiles.size(k);
    EXPECT_LE(std::abs(busy[0] - busy[1]), 64) << count;
  }
}

}  // namespace
}  // namespace carillon
