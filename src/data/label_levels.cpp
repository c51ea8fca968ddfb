#include "carillon/data/label_levels.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "carillon/data/other_keys.hpp"

namespace carillon {
namespace {

struct FramesOfLevel {
  long frames = 0;
  std::set<std::string> files;
};

/// Empty when the frame does not say.
std::string level_of(const Dataset& data, long frame) {
  for (const OtherKey& other : other_keys(data, frame))
    if (other.key == "label_level") return other.value;
  return "";
}

}  // namespace

std::string mixed_levels_complaint(const Dataset& data) {
  std::map<std::string, FramesOfLevel> levels;
  for (long frame = 0; frame < data.size(); ++frame) {
    if (!data.summary(frame).has_energy) continue;
    const std::string level = level_of(data, frame);
    if (level.empty()) continue;
    FramesOfLevel& of_level = levels[level];
    ++of_level.frames;
    of_level.files.insert(data.sources()[static_cast<std::size_t>(data.summary(frame).source)].path);
  }
  if (levels.size() < 2) return "";
  std::string list;
  for (const auto& [level, found] : levels)
    list += fmt::format("{}{} ({} frames of {})", list.empty() ? "" : ", ", level, found.frames, fmt::join(found.files, ", "));
  return "energies of several levels of theory, whose zeros differ: " + list +
         "; ignore those of all levels but one, or bring them to one level with 'carillon rereference'";
}

}  // namespace carillon
