#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace carillon {

/// The comment line of an extended XYZ frame: `key=value` pairs and bare words, which mean true.
///
/// A value is a bare word, a text in double or single quotes (a backslash takes the next character as it is), or a list in
/// braces or brackets, which may be nested. Keys may be quoted; blanks around '=' are allowed.
class ExtxyzComment {
public:
  struct Entry {
    std::string_view key;
    std::string_view value;   ///< without quotes; with its braces or brackets; escapes not yet resolved
    bool has_value = false;   ///< false for a bare word
    bool has_escape = false;  ///< quoted, with a backslash inside
    std::string_view source;  ///< key and value as they stand in the line
    /// The value as a text of its own, escapes resolved.
    std::string text() const;
  };

  /// @param line  must outlive this object
  /// @throws InputError  a quote or bracket that is not closed, `=` without key or value, a key given twice; the message
  ///                     holds the problem only, the caller knows the place
  explicit ExtxyzComment(std::string_view line);

  /// Null when the key is absent.
  const Entry* find(std::string_view key) const;
  const std::vector<Entry>& entries() const { return entries_; }

private:
  void add(Entry entry);
  std::vector<Entry> entries_;
};

/// Takes the next element off a list value: blanks, commas, braces and brackets separate. Empty at the end.
std::string_view take_list_element(std::string_view& rest);

}  // namespace carillon
