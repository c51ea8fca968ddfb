#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carillon/core/element.hpp"

namespace carillon {

/// One line of a file of the field's programs: its words (comments cut off) and where it stands.
struct ChimesLine {
  std::shared_ptr<const std::string> file;
  long number = 0;  ///< 1-based
  std::vector<std::string> words;

  /// True when the line begins with these words.
  bool starts_with(const std::vector<std::string>& start) const;
  std::string text() const;  ///< the words joined by blanks

  /// The readers throw InputError with file and line: a word that is missing or of another kind, a number that is not finite.
  const std::string& word(std::size_t index, const char* what) const;
  double real(std::size_t index, const char* what) const;
  long integer(std::size_t index, const char* what) const;
  bool boolean(std::size_t index, const char* what) const;  ///< true, True, TRUE, T or the same of false
  Element element(std::size_t index, const char* what) const;

  [[noreturn]] void fail(const std::string& problem) const;
};

/// A file of the field's programs as lines of words: blanks separate, `!` and `##` start a comment, empty lines do not count.
class ChimesText {
public:
  /// @throws FileError  it cannot be opened
  explicit ChimesText(const std::string& path);

  const std::string& path() const { return *path_; }
  bool done() const { return next_ == lines_.size(); }
  const ChimesLine& peek() const;  ///< the line to come; throws InputError at the end of the file
  const ChimesLine& take();        ///< the same, and goes on to the next
  /// Text of the comments before the first line with words, without their sign; rulers left out.
  const std::vector<std::string>& comments() const { return comments_; }

private:
  std::shared_ptr<const std::string> path_;
  std::vector<ChimesLine> lines_;
  std::vector<std::string> comments_;
  std::size_t next_ = 0;
};

}  // namespace carillon
