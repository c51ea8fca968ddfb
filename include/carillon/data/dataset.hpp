#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carillon/core/progress.hpp"
#include "carillon/data/data_options.hpp"
#include "carillon/data/key_report.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

/// One file of frames and how to read it.
struct DataSource {
  std::string path;
  DataOptions options = {};
};

/// What is known of a frame without reading it again.
struct FrameSummary {
  int source = 0;          ///< index of its DataSource
  long frame_in_file = 0;  ///< 0-based
  std::size_t offset = 0;  ///< of its count line, bytes
  long line = 0;           ///< of its count line, 1-based
  long atoms = 0;
  std::string label;              ///< never empty: the option's, the file's, or else the file name without its suffix
  std::vector<Element> elements;  ///< sorted, without repeats
  std::vector<long> counts;       ///< atoms of each of them
  double volume = 0;              ///< of the cell, Å³; 0 without one
  bool has_energy = false;
  bool has_forces = false;
  int stress_components = 0;          ///< 0, 3 (diagonal) or 6
  std::optional<double> temperature;  ///< K
};

/// All frames of several files, numbered from 0 in the order of sources and frames. Holds a summary a frame, not the frames:
/// each read() parses its frame again from the mapped file, and refuses a file that was changed meanwhile.
class Dataset {
public:
  /// Opens the files and checks every frame of each, once.
  ///
  /// @param progress  called with bytes checked so far and in all; may be empty
  /// @throws FileError   a file cannot be opened
  /// @throws InputError  anything malformed or required and missing, a file without frames, a named key that no frame has,
  ///                     temperatures that do not match the frames
  /// Cost: one pass over the bytes, about 200 MB/s; memory about 250 bytes a frame.
  explicit Dataset(std::vector<DataSource> sources, const ProgressCallback& progress = {});
  ~Dataset();
  Dataset(Dataset&&) noexcept;
  Dataset& operator=(Dataset&&) noexcept;

  long size() const { return static_cast<long>(frames_.size()); }
  long atom_total() const { return atom_total_; }

  /// @throws DomainError  `frame` is outside [0, size())
  const FrameSummary& summary(long frame) const;

  /// The frame in internal units; `origin` names its file, line and frame number in the file. Thread safe.
  /// @throws DomainError  `frame` is outside [0, size())
  /// @throws InputError   the file was changed since it was opened
  /// Cost O(bytes of the frame).
  Structure read(long frame) const;

  const std::vector<DataSource>& sources() const { return sources_; }
  std::vector<std::string> labels() const;        ///< of the frames, without repeats, in order of appearance
  std::vector<std::string> frame_labels() const;  ///< [size()], for data/split.hpp
  std::vector<Element> elements() const;          ///< of all frames, sorted, without repeats

  /// Under which name source `source` has each quantity: [all_quantities].
  const std::vector<KeyReport>& key_reports(int source) const;

  /// SHA-256 of the source's whole file, 64 hexadecimal digits. Computed on the first call. Thread safe.
  /// @throws InputError  the file was changed since it was opened
  const std::string& source_hash(int source) const;

private:
  struct OpenSource;
  const OpenSource& open_source(int source) const;
  void check_source(std::size_t source, const std::function<void(long)>& report_bytes);

  std::vector<DataSource> sources_;
  std::vector<std::unique_ptr<OpenSource>> open_;
  std::vector<FrameSummary> frames_;
  long atom_total_ = 0;
};

}  // namespace carillon
