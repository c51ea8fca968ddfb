#include "carillon/solve/tiles.hpp"

#include <algorithm>

namespace carillon {

Tiles::Tiles(long count, long narrowest, long widest) {
  while (begins_.back() < count) {
    const long left = count - begins_.back();
    const long width = std::clamp(left / 4 / narrowest * narrowest, narrowest, widest);
    begins_.push_back(begins_.back() + std::min(width, left));
  }
}

}  // namespace carillon
