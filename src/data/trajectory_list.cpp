#include "carillon/data/trajectory_list.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "carillon/core/text_reader.hpp"
#include "carillon/data/frame_lines.hpp"

namespace carillon {
namespace {

bool next_text_line(LineReader& reader, std::string_view& line) {
  while (reader.next(line))
    if (!trim(line).empty()) return true;
  return false;
}

/// `frames path [label...]`
DataSource parse_entry(std::string_view line, const std::filesystem::path& folder, const Location& here,
                       const DataOptions& options) {
  DataSource source{"", options};
  const std::string_view count = take_word(line);
  if (!parse_long(count, source.options.first_frames) || source.options.first_frames < 1)
    fail_at(here, "expected a number of frames above 0, found " + quoted(count));
  const std::string_view path = take_word(line);
  if (path.empty()) fail_at(here, "expected a path after the number of frames");
  source.path = (folder / path).string();  // an absolute path replaces the folder
  std::string label;
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line))
    label.append(label.empty() ? "" : " ").append(word);
  if (!label.empty()) source.options.label = label;
  return source;
}

}  // namespace

std::vector<DataSource> read_trajectory_list(const std::string& path, const DataOptions& options) {
  const TextFile file(path);
  LineReader reader(file.text());
  std::string_view line;
  if (!next_text_line(reader, line)) throw InputError(path + ": is empty");
  const auto here = [&] { return Location{path, reader.line_number(), -1, -1}; };
  long count = 0;
  if (!parse_long(trim(line), count) || count < 1) fail_at(here(), "expected the number of files, found " + quoted(trim(line)));
  std::vector<DataSource> sources;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  while (next_text_line(reader, line)) {
    if (static_cast<long>(sources.size()) == count) fail_at(here(), fmt::format("more lines than the {} files announced", count));
    sources.push_back(parse_entry(line, folder, here(), options));
  }
  if (static_cast<long>(sources.size()) < count)
    throw InputError(fmt::format("{}: {} files are announced but {} listed", path, count, sources.size()));
  return sources;
}

}  // namespace carillon
