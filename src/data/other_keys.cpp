#include "carillon/data/other_keys.hpp"

#include <algorithm>

#include "carillon/core/text_reader.hpp"
#include "carillon/data/extxyz_comment.hpp"
#include "carillon/data/frame_format.hpp"
#include "carillon/data/frame_lines.hpp"

namespace carillon {
namespace {

bool is_of_structure(std::string_view key, const KeyNames& names) {
  for (const std::string_view own : {"Lattice", "Properties", "pbc", "config_type"})
    if (key == own) return true;
  for (const std::string& named : {names.energy, names.forces, names.stress, names.virial, names.temperature})
    if (key == named) return true;
  return std::any_of(all_quantities.begin(), all_quantities.end(), [&](Quantity quantity) {
    const auto common = common_keys(quantity);
    return quantity != Quantity::label && std::find(common.begin(), common.end(), key) != common.end();
  });
}

}  // namespace

std::vector<OtherKey> other_keys(const Dataset& data, long frame) {
  const FrameSummary& place = data.summary(frame);
  const DataSource& source = data.sources()[static_cast<std::size_t>(place.source)];
  const TextFile file(source.path);
  const std::string& named = source.options.format;
  if ((named == "auto" ? detect_frame_format(source.path, file.text()) : named) != "extxyz") return {};
  FrameLines lines(file.text(), source.path);
  lines.go_to(place.offset, place.line - 1, place.frame_in_file);
  (void)lines.next_frame();
  std::vector<OtherKey> keys;
  const ExtxyzComment comment(lines.header_line());
  for (const ExtxyzComment::Entry& entry : comment.entries())
    if (!is_of_structure(entry.key, source.options.keys))
      keys.push_back({std::string(entry.key), entry.text(), std::string(entry.source)});
  return keys;
}

}  // namespace carillon
