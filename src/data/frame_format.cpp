#include "carillon/data/frame_format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "formats.hpp"

namespace carillon {
namespace {

struct Maker {
  const char* name;
  std::unique_ptr<FrameFormat> (*make)(const DataOptions&);
};

// Adding a format: one file, and one line here.
constexpr std::array<Maker, 3> makers = {{{"extxyz", make_extxyz}, {"plain_xyz", make_plain_xyz}, {"xyzf", make_xyzf}}};

/// Empties a frame without giving its memory back.
void clear(Structure& frame) {
  frame.cell = Cell{};
  frame.species.clear();
  frame.positions.clear();
  frame.energy.reset();
  frame.stress.reset();
  frame.stress_is_diagonal = false;
  frame.label.clear();
  frame.temperature.reset();
  if (frame.forces) frame.forces->clear();
}

/// Numbers are finite as read, but a conversion of units may overflow.
void check_finite(const FrameLines& lines, const Structure& frame) {
  if (frame.energy && !std::isfinite(*frame.energy)) lines.fail_in_header("the energy overflows in eV");
  if (frame.stress && !frame.stress->allFinite()) lines.fail_in_header("the stress overflows in eV/Å³");
  if (!frame.forces) return;
  for (const Eigen::Vector3d& force : *frame.forces)
    if (!force.allFinite()) lines.fail_in_header("a force overflows in eV/Å");
}

bool are_numbers(const std::vector<std::string_view>& words) {
  double value = 0;
  return std::all_of(words.begin(), words.end(), [&](std::string_view word) { return parse_double(word, value); });
}

}  // namespace

bool FrameFormat::read(FrameLines& lines, Structure& frame, KeyTally* tally) const {
  const long atoms = lines.next_frame();
  if (atoms == 0) return false;
  clear(frame);
  const std::string_view header = read_body(lines, atoms, frame, tally);
  if (frame.forces && frame.forces->empty()) frame.forces.reset();
  frame.origin = {lines.file(), lines.frame_line(), lines.frame(), -1};
  check_finite(lines, frame);
  check_required(lines, frame, header);
  return true;
}

void FrameFormat::check_required(const FrameLines& lines, const Structure& frame, std::string_view header) const {
  const char* missing = nullptr;
  if (required_.energy && !frame.energy) missing = "energy is";
  if (required_.forces && !frame.forces) missing = "forces are";
  if (required_.stress && !frame.stress) missing = "stress is";
  constexpr std::size_t shown = 300;
  if (missing) lines.fail_in_header(fmt::format("{} required but missing; the header is {}", missing, quoted(header, shown)));
}

void FrameFormat::count_key(const FrameLines& lines, KeyTally* tally, Quantity quantity, std::string_view key) {
  if (!tally) return;
  const std::string problem = tally->count_used(quantity, key);
  if (!problem.empty()) lines.fail(problem);
}

void FrameFormat::check_cell(const FrameLines& lines, const Cell& cell) {
  try {
    (void)cell.completed();
  } catch (const DomainError& problem) {
    lines.fail_in_header(problem.what());
  }
}

void refuse_keys(const DataOptions& options, const std::string& format) {
  const KeyNames& keys = options.keys;
  for (const std::string* key : {&keys.energy, &keys.forces, &keys.stress, &keys.virial, &keys.label, &keys.temperature})
    if (!key->empty()) throw InputError(fmt::format("the key '{}' is named, but the format {} has no keys", *key, format));
}

void refuse_columns(const DataOptions& options) {
  if (!options.columns.empty()) throw InputError("columns are given, but only the format xyzf has them");
}

std::vector<std::string> frame_format_names() {
  std::vector<std::string> names;
  for (const Maker& maker : makers) names.emplace_back(maker.name);
  return names;
}

std::unique_ptr<FrameFormat> make_frame_format(const std::string& name, const DataOptions& options) {
  for (const Maker& maker : makers)
    if (name == maker.name) return maker.make(options);
  throw InputError(fmt::format("unknown format '{}'; known: auto, {}", name, fmt::join(frame_format_names(), ", ")));
}

std::string detect_frame_format(const std::string& path, std::string_view text) {
  if (path.ends_with(".xyzf")) return "xyzf";
  if (path.ends_with(".extxyz")) return "extxyz";
  LineReader reader(text);
  std::string_view count;
  std::string_view header;
  std::string_view atom;
  if (reader.next(count) && reader.next(header) && reader.next(atom)) {
    if (header.find('=') != std::string_view::npos) return "extxyz";
    if (trim(header).starts_with("NON")) return "xyzf";
    const auto words = split_words(header);
    const std::size_t columns = split_words(atom).size();
    if (!words.empty() && are_numbers(words)) {
      if (columns == 7) return "xyzf";
      if (columns == 4 && words.size() == 9) return "plain_xyz";
    }
  }
  throw InputError(fmt::format("{}: the format is not known by the suffix and not recognised in the first frame; name one of: {}",
                               path, fmt::join(frame_format_names(), ", ")));
}

}  // namespace carillon
