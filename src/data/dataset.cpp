#include "carillon/data/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <mutex>
#include <unordered_set>

#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/data/frame_format.hpp"
#include "carillon/data/frame_lines.hpp"

namespace carillon {

namespace {

/// One number a line, in K.
std::vector<double> read_temperatures(const std::string& path) {
  const TextFile file(path);
  LineReader reader(file.text());
  std::vector<double> out;
  long empty_line = 0;
  for (std::string_view line; reader.next(line);) {
    const std::string_view word = trim(line);
    const Location here{path, reader.line_number(), -1, -1};
    if (word.empty()) {
      empty_line = here.line;
      continue;
    }
    double value = 0;
    if (empty_line > 0) fail_at({path, empty_line, -1, -1}, "expected a temperature, found an empty line");
    if (!parse_double(word, value) || !std::isfinite(value) || value < 0)
      fail_at(here, "expected one temperature in K, found " + quoted(word));
    out.push_back(value);
  }
  return out;
}

/// As Structure::elements(), without sorting all atoms.
std::vector<Element> elements_of(const Structure& frame) {
  std::vector<Element> out;
  for (const Element element : frame.species)
    if (std::find(out.begin(), out.end(), element) == out.end()) out.push_back(element);
  return unique_elements(std::move(out));
}

FrameSummary summarise(const Structure& frame, const FrameLines& lines) {
  FrameSummary out;
  out.frame_in_file = lines.frame();
  out.offset = lines.frame_offset();
  out.line = lines.frame_line();
  out.atoms = static_cast<long>(frame.size());
  out.elements = elements_of(frame);
  for (const Element element : out.elements)
    out.counts.push_back(std::count(frame.species.begin(), frame.species.end(), element));
  out.volume = frame.cell.volume();
  out.label = frame.label;
  out.temperature = frame.temperature;
  out.has_energy = frame.energy.has_value();
  out.has_forces = frame.forces.has_value();
  out.stress_components = !frame.stress ? 0 : frame.stress_is_diagonal ? 3 : 6;
  return out;
}

/// A key that the user named but no frame has is a misspelling, not a choice.
void check_named_keys(const DataSource& source, const std::vector<KeyReport>& reports) {
  const KeyNames& keys = source.options.keys;
  const std::string& stress = keys.stress.empty() ? keys.virial : keys.stress;
  for (const KeyReport& report : reports) {
    const std::string* named = nullptr;
    switch (report.quantity) {
      case Quantity::energy:
        named = &keys.energy;
        break;
      case Quantity::forces:
        named = &keys.forces;
        break;
      case Quantity::stress:
        named = &stress;
        break;
      case Quantity::label:
        named = &keys.label;
        break;
      case Quantity::temperature:
        named = &keys.temperature;
        break;
    }
    if (named->empty() || report.frames > 0) continue;
    throw InputError(
        fmt::format("{}: no frame has the key '{}' that is named for {}", source.path, *named, quantity_name(report.quantity)));
  }
}

}  // namespace

/// A mapped source and what is needed to read any of its frames.
struct Dataset::OpenSource {
  explicit OpenSource(const DataSource& source);
  /// Reads the next frame and gives it its label and temperature.
  bool read(FrameLines& lines, Structure& frame, KeyTally* tally) const;
  void check_temperature_count(const DataSource& source, long frames) const;

  TextFile file;
  std::unique_ptr<FrameFormat> format;
  LabelKinds ignored;
  std::string label;                 ///< of every frame; empty = the file's own
  std::string stem;                  ///< the label of frames without one
  std::vector<double> temperatures;  ///< of the temperature file, one a frame; empty = the file's own
  std::vector<KeyReport> reports;
  mutable std::once_flag hashed;
  mutable std::string hash;  ///< once asked for
};

Dataset::OpenSource::OpenSource(const DataSource& source)
    : file(source.path),
      ignored(source.options.ignored),
      label(source.options.label),
      stem(std::filesystem::path(source.path).stem().string()) {
  if (!is_utf8(source.path))
    throw InputError(carillon::quoted(source.path) + ": the file's name is not UTF-8 text");  // it is written into results
  const DataOptions& options = source.options;
  try {
    format =
        make_frame_format(options.format == "auto" ? detect_frame_format(source.path, file.text()) : options.format, options);
  } catch (const InputError& problem) {
    throw InputError(source.path + ": " + problem.what());
  }
  if (options.first_frames < 0)
    throw InputError(fmt::format("{}: first_frames is {}, below 0", source.path, options.first_frames));
  if (!options.temperature_file.empty()) temperatures = read_temperatures(options.temperature_file);
}

bool Dataset::OpenSource::read(FrameLines& lines, Structure& frame, KeyTally* tally) const {
  if (!format->read(lines, frame, tally)) return false;
  if (ignored.energy) frame.energy.reset();
  if (ignored.forces) frame.forces.reset();
  if (ignored.stress) frame.stress.reset();
  if (!label.empty()) frame.label = label;
  if (frame.label.empty()) frame.label = stem;
  // Labels go into JSON and YAML, which would refuse them when all the work is done.
  if (!is_utf8(frame.label)) lines.fail_in_header("the label " + carillon::quoted(frame.label) + " is not UTF-8 text");
  const auto number = static_cast<std::size_t>(lines.frame());
  // The checking pass compares the counts only at its end, so a short list must be survived here.
  if (number < temperatures.size()) frame.temperature = temperatures[number];
  return true;
}

void Dataset::OpenSource::check_temperature_count(const DataSource& source, long frames) const {
  const std::string& name = source.options.temperature_file;
  if (name.empty()) return;
  const long count = static_cast<long>(temperatures.size());
  const bool enough = source.options.first_frames > 0 ? count >= frames : count == frames;
  if (!enough) throw InputError(fmt::format("{}: {} temperatures for the {} frames of {}", name, count, frames, source.path));
}

Dataset::Dataset(std::vector<DataSource> sources, const ProgressCallback& progress) : sources_(std::move(sources)) {
  long bytes_total = 0;
  for (const DataSource& source : sources_) {
    open_.push_back(std::make_unique<OpenSource>(source));
    bytes_total += static_cast<long>(open_.back()->file.text().size());
  }
  long bytes_before = 0;
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    check_source(source, [&](long bytes) {
      if (progress) progress(bytes_before + bytes, bytes_total);
    });
    bytes_before += static_cast<long>(open_[source]->file.text().size());
  }
  if (progress) progress(bytes_total, bytes_total);
}

Dataset::~Dataset() = default;
Dataset::Dataset(Dataset&&) noexcept = default;
Dataset& Dataset::operator=(Dataset&&) noexcept = default;

void Dataset::check_source(std::size_t source, const std::function<void(long)>& report_bytes) {
  OpenSource& open = *open_[source];
  const DataSource& spec = sources_[source];
  FrameLines lines(open.file.text(), spec.path);
  KeyTally tally;
  Structure frame;
  long frames = 0;
  const long wanted = spec.options.first_frames;
  while ((wanted == 0 || frames < wanted) && open.read(lines, frame, &tally)) {
    FrameSummary summary = summarise(frame, lines);
    summary.source = static_cast<int>(source);
    atom_total_ += summary.atoms;
    frames_.push_back(std::move(summary));
    ++frames;
    report_bytes(static_cast<long>(lines.offset()));
  }
  if (frames == 0) throw InputError(spec.path + ": holds no frames");
  if (frames < wanted) throw InputError(fmt::format("{}: {} frames are wanted but the file has {}", spec.path, wanted, frames));
  open.check_temperature_count(spec, frames);
  open.reports = tally.reports(frames);
  open.file.release(0, open.file.text().size());
  check_named_keys(spec, open.reports);
}

const Dataset::OpenSource& Dataset::open_source(int source) const {
  if (source < 0 || static_cast<std::size_t>(source) >= open_.size())
    throw DomainError(fmt::format("source {} is outside the {} sources", source, open_.size()));
  return *open_[static_cast<std::size_t>(source)];
}

const FrameSummary& Dataset::summary(long frame) const {
  if (frame < 0 || frame >= size()) throw DomainError(fmt::format("frame {} is outside the {} frames", frame, size()));
  return frames_[static_cast<std::size_t>(frame)];
}

Structure Dataset::read(long frame) const {
  const FrameSummary& place = summary(frame);
  const OpenSource& source = open_source(place.source);
  source.file.require_unchanged();
  FrameLines lines(source.file.text(), source.file.path());
  lines.go_to(place.offset, place.line - 1, place.frame_in_file);
  Structure out;
  source.read(lines, out, nullptr);
  source.file.release(place.offset, lines.offset() - place.offset);
  return out;
}

std::vector<std::string> Dataset::labels() const {
  std::vector<std::string> out;
  std::unordered_set<std::string_view> seen;
  for (const FrameSummary& frame : frames_)
    if (seen.insert(frame.label).second) out.push_back(frame.label);
  return out;
}

std::vector<std::string> Dataset::frame_labels() const {
  std::vector<std::string> out;
  out.reserve(frames_.size());
  for (const FrameSummary& frame : frames_) out.push_back(frame.label);
  return out;
}

std::vector<Element> Dataset::elements() const {
  std::vector<Element> out;
  for (const FrameSummary& frame : frames_)
    for (const Element element : frame.elements)
      if (std::find(out.begin(), out.end(), element) == out.end()) out.push_back(element);
  return unique_elements(std::move(out));
}

const std::vector<KeyReport>& Dataset::key_reports(int source) const { return open_source(source).reports; }

const std::string& Dataset::source_hash(int source) const {
  const OpenSource& open = open_source(source);
  std::call_once(open.hashed, [&] {
    open.file.require_unchanged();
    open.hash = sha256(open.file.text());
    open.file.release(0, open.file.text().size());
  });
  return open.hash;
}

}  // namespace carillon
