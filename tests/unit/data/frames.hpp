#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "carillon/data/frame_format.hpp"

namespace carillon::testing {

/// All frames of a text, read as a file named `test`.
inline std::vector<Structure> read_frames(const std::string& format, std::string_view text, const DataOptions& options = {},
                                          KeyTally* tally = nullptr) {
  const auto reader = make_frame_format(format, options);
  FrameLines lines(text, "test");
  std::vector<Structure> frames;
  for (Structure frame; reader->read(lines, frame, tally);) frames.push_back(frame);
  return frames;
}

inline Structure read_one(const std::string& format, std::string_view text, const DataOptions& options = {}) {
  const auto frames = read_frames(format, text, options);
  if (frames.size() != 1) throw Error("expected one frame");
  return frames.front();
}

}  // namespace carillon::testing
