#include "carillon/data/frame_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace carillon {

std::string quoted(std::string_view text, std::size_t limit) {
  std::string out = "'";
  std::size_t stop = std::min(limit, text.size());
  while (stop > 0 && stop < text.size() && (static_cast<unsigned char>(text[stop]) & 0xC0) == 0x80) --stop;  // no half character
  const std::string_view shown = text.substr(0, stop);
  const bool is_text = is_utf8(shown);  // other bytes would spoil the message
  const auto is_printable = [&](unsigned char c) { return c >= ' ' && c != 127 && (c < 128 || is_text); };
  for (const char c : shown) out += is_printable(static_cast<unsigned char>(c)) ? c : '?';
  if (text.size() > limit) out += "...";
  return out + "'";
}

FrameLines::FrameLines(std::string_view text, std::string file) : text_(text), reader_(text) { where_.file = std::move(file); }

void FrameLines::go_to(std::size_t offset, long lines_before, long frame) {
  reader_ = LineReader(text_, offset, lines_before);
  where_.frame = frame - 1;
  count_ = 0;
}

bool FrameLines::next_text_line(std::string_view& line) {
  bool skipped = false;
  for (frame_offset_ = reader_.offset(); reader_.next(line); frame_offset_ = reader_.offset()) {
    if (trim(line).empty()) {
      skipped = true;
      continue;
    }
    if (skipped) fail("empty lines before this one; only the end of the file may have them");
    return true;
  }
  return false;
}

long FrameLines::next_frame() {
  where_.atom = -1;
  ++where_.frame;
  std::string_view line;
  if (!next_text_line(line)) return 0;
  const long count = parsed_count(line);
  frame_line_ = reader_.line_number();
  count_ = count;
  return count;
}

long FrameLines::parsed_count(std::string_view line) const {
  long count = 0;
  if (!parse_long(trim(line), count)) {
    std::string problem = "expected the number of atoms, found " + quoted(trim(line));
    if (count_ > 0) problem += fmt::format(" (line {} gave frame {} {} atoms)", frame_line_, where_.frame - 1, count_);
    fail(problem);
  }
  if (count <= 0) fail(fmt::format("the number of atoms is {}, not above 0", count));
  // The shortest atom line, `H 0 0 0`, has 7 bytes. Checked here so that a wrong count cannot ask for endless memory.
  constexpr long shortest = 7;
  const long left = static_cast<long>(text_.size() - reader_.offset());
  if (count > left / shortest)
    fail(fmt::format("the file ends inside the frame: {} atoms do not fit in the {} bytes left", count, left));
  return count;
}

std::string_view FrameLines::header_line() {
  std::string_view line;
  if (!reader_.next(line)) fail("the file ends inside the frame: the header line is missing");
  return line;
}

std::string_view FrameLines::atom_line(long atom) {
  where_.atom = atom;
  std::string_view line;
  if (!reader_.next(line)) fail(fmt::format("the file ends inside the frame: {} of {} atoms are there", atom, count_));
  return line;
}

double FrameLines::number(std::string_view word, std::string_view what, std::string_view axis) const {
  double value = 0;
  if (parse_double(word, value) && std::isfinite(value)) return value;
  const std::string name = axis.empty() ? std::string(what) : fmt::format("{} {}", what, axis);
  if (word.empty()) fail(name + " is missing");
  if (std::isnan(value)) fail(name + " is nan");
  if (std::isinf(value)) fail(name + " is infinite");
  fail(fmt::format("{} is {}, not a number", name, quoted(word)));
}

Eigen::Vector3d FrameLines::vector(std::string_view& rest, std::string_view what) const {
  constexpr std::array<std::string_view, 3> axes = {"x", "y", "z"};
  Eigen::Vector3d out;
  for (int d = 0; d < 3; ++d) out[d] = number(take_word(rest), what, axes[static_cast<std::size_t>(d)]);
  return out;
}

Element FrameLines::element(std::string_view symbol) {
  if (symbol == last_symbol_ && !symbol.empty()) return last_element_;
  const auto found = Element::from_symbol(symbol);
  if (!found) fail(fmt::format("unknown element {} (line {} gave the frame {} atoms)", quoted(symbol), frame_line_, count_));
  last_symbol_ = symbol;
  last_element_ = *found;
  return *found;
}

void FrameLines::fail(const std::string& problem) const {
  Location place = where_;
  place.line = reader_.line_number();
  fail_at(place, problem);
}

void FrameLines::fail_in_header(const std::string& problem) const {
  Location place = where_;
  place.line = frame_line_ + 1;
  place.atom = -1;
  fail_at(place, problem);
}

void FrameLines::fail_words(std::string_view line, std::size_t expected, std::string_view names) const {
  fail(fmt::format("expected {} words ({}), found {}: {} (line {} gave the frame {} atoms)", expected, names,
                   split_words(line).size(), quoted(line), frame_line_, count_));
}

}  // namespace carillon
