#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "carillon/data/data_options.hpp"
#include "carillon/data/frame_lines.hpp"
#include "carillon/data/key_report.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

/// A file format of the xyz family: how one frame becomes a Structure in internal units. One implementation a format
/// (src/data/extxyz.cpp, xyzf.cpp, plain_xyz.cpp). Stateless after construction: one object serves all threads.
class FrameFormat {
public:
  virtual ~FrameFormat() = default;

  /// Reads the next frame.
  ///
  /// @param lines  stands between two frames; steps over one
  /// @param frame  out: everything is replaced, memory is reused; `label` stays empty when the file has none
  /// @param tally  counts the names used; may be null
  /// @return       false at the end of the file
  /// @throws InputError  anything malformed, non-finite or required and missing, naming file:line, frame and atom
  /// Cost O(bytes of the frame), a few allocations a frame, none a line.
  bool read(FrameLines& lines, Structure& frame, KeyTally* tally = nullptr) const;

protected:
  explicit FrameFormat(const DataOptions& options) : required_(options.required) {}

  /// Header and atoms of a frame of `atoms` atoms; `frame` comes emptied. Returns the header line.
  virtual std::string_view read_body(FrameLines& lines, long atoms, Structure& frame, KeyTally* tally) const = 0;

  /// Counts a name; a quantity under two names in one file is an error.
  static void count_key(const FrameLines& lines, KeyTally* tally, Quantity quantity, std::string_view key);
  /// Complains when the cell cannot hold a periodic structure.
  static void check_cell(const FrameLines& lines, const Cell& cell);

private:
  void check_required(const FrameLines& lines, const Structure& frame, std::string_view header) const;

  LabelKinds required_;
};

/// `extxyz`, `plain_xyz`, `xyzf`.
std::vector<std::string> frame_format_names();

/// @param name  one of frame_format_names(); `auto` is not among them
/// @throws InputError  unknown name, or options that this format does not have
std::unique_ptr<FrameFormat> make_frame_format(const std::string& name, const DataOptions& options);

/// The format of a file: `.extxyz` and `.xyzf` by suffix; anything else by its first frame: `key=value` in the header is
/// extxyz, NON_ORTHO or atom lines of 7 words is xyzf, 9 numbers and atom lines of 4 words is plain_xyz.
/// @throws InputError  none of these
std::string detect_frame_format(const std::string& path, std::string_view text);

}  // namespace carillon
