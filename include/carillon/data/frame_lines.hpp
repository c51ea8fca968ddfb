#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>

#include "carillon/core/element.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {

/// A word of the input as it may stand in a message: in quotes, cut at `limit` bytes, with unprintable bytes as '?'.
std::string quoted(std::string_view text, std::size_t limit = 40);

/// The lines of a file of frames: a count line, a header line and one line an atom, over and over. Knows where it is, so that
/// every complaint names file, line, frame and atom. All formats of the xyz family read through it.
class FrameLines {
public:
  /// @param text  must outlive this object
  /// @param file  name for messages
  FrameLines(std::string_view text, std::string file);

  /// Makes the frame at `offset` the next one.
  /// @param lines_before  lines of the text before it
  /// @param frame         its number in the file, 0-based
  void go_to(std::size_t offset, long lines_before, long frame);

  /// Steps to the next frame and reads its atom count.
  /// @return 0 when nothing but blank lines is left
  /// @throws InputError  not a positive whole number, or more atoms than the rest of the file can hold
  long next_frame();

  /// @throws InputError  the file ends here; so does atom_line()
  std::string_view header_line();
  std::string_view atom_line(long atom);

  std::size_t frame_offset() const { return frame_offset_; }  ///< of the count line, bytes
  std::size_t offset() const { return reader_.offset(); }     ///< of the line to come, bytes
  long frame_line() const { return frame_line_; }             ///< number of the count line, 1-based
  long frame() const { return where_.frame; }                 ///< 0-based; -1 before the first
  const std::string& file() const { return where_.file; }

  /// `word` as a finite number; `what` and `axis` name it in the complaint: `force y is nan`.
  double number(std::string_view word, std::string_view what, std::string_view axis = {}) const;
  /// Takes three numbers off the front of `rest`.
  Eigen::Vector3d vector(std::string_view& rest, std::string_view what) const;
  Element element(std::string_view symbol);

  /// Throws InputError, naming the line read last and its frame and atom.
  [[noreturn]] void fail(const std::string& problem) const;
  /// The same for the frame's header line, for what shows only later.
  [[noreturn]] void fail_in_header(const std::string& problem) const;
  /// The complaint about an atom line with the wrong number of words.
  [[noreturn]] void fail_words(std::string_view line, std::size_t expected, std::string_view names) const;

private:
  long parsed_count(std::string_view line) const;
  bool next_text_line(std::string_view& line);

  std::string_view text_;
  LineReader reader_;
  Location where_;
  std::size_t frame_offset_ = 0;
  long frame_line_ = 0;
  long count_ = 0;
  // Neighbouring atoms are mostly of one element: remembering the last one saves the search.
  std::string_view last_symbol_;
  Element last_element_;
};

}  // namespace carillon
