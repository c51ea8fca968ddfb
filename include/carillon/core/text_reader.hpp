#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// A whole text file mapped into memory, read only; pages come and go as they are used, so memory does not grow with it.
class TextFile {
public:
  /// @throws FileError  the file cannot be opened, or is a folder
  explicit TextFile(const std::string& path);
  ~TextFile();
  TextFile(TextFile&&) noexcept;
  TextFile& operator=(TextFile&&) noexcept;

  const std::string& path() const { return path_; }
  std::string_view text() const;
  /// Says that this part of the text has been read: its pages no longer count as this process's memory. It may be read again.
  void release(std::size_t offset, std::size_t length) const;

  /// Compares size, time of change and identity with what they were when the file was opened. The text changes with the file, and
  /// one that was cut short cannot be read to its end.
  /// @throws InputError  the file was changed, replaced or removed
  /// Cost: one look at the folder's entry, about a microsecond.
  void require_unchanged() const;

private:
  struct Mapping;
  std::string path_;
  std::unique_ptr<Mapping> mapping_;
};

/// Walks over the lines of a text, counting them from 1. Lines end with \n or \r\n; the ending is not part of the line.
class LineReader {
public:
  explicit LineReader(std::string_view text, std::size_t offset = 0, long lines_before = 0)
      : text_(text), next_(offset), line_number_(lines_before) {}

  /// @return false at the end of the text
  bool next(std::string_view& line);
  long line_number() const { return line_number_; }  ///< of the line last given
  std::size_t offset() const { return next_; }       ///< of the line to come

private:
  std::string_view text_;
  std::size_t next_ = 0;
  long line_number_ = 0;
};

/// Takes the next blank-separated word (blanks and tabs) off the front of `rest`; empty at the end.
std::string_view take_word(std::string_view& rest);
std::vector<std::string_view> split_words(std::string_view line);
std::string_view trim(std::string_view text);

/// Parses a whole word as a number; false if anything is left over. Reads `1e-5`, `.5`, `+1`, Fortran's `1.0D-03`, and
/// `nan`/`inf` (so that the caller can name them in an error).
bool parse_double(std::string_view word, double& value);
bool parse_long(std::string_view word, long& value);

/// Whether JSON, YAML and terminals can show it: well-formed UTF-8.
bool is_utf8(std::string_view text);

/// `C, N, C-N`, for messages.
std::string comma_separated(const std::vector<std::string>& words);

/// The shortest text that parse_double gives back exactly.
std::string exact_text(double value);

}  // namespace carillon
