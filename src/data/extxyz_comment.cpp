#include "carillon/data/extxyz_comment.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/data/frame_lines.hpp"

namespace carillon {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Walks over a comment line, taking keys and values off it.
class Scanner {
public:
  explicit Scanner(std::string_view line) : line_(line) {}

  bool at_end() {
    skip_blanks();
    return position_ >= line_.size();
  }

  bool take_equals() {
    if (at_end() || line_[position_] != '=') return false;
    ++position_;
    skip_blanks();
    return true;
  }

  std::string_view take_key() {
    if (is_quote()) return take_quoted().value;
    const std::size_t start = position_;
    while (position_ < line_.size() && !is_blank(line_[position_]) && line_[position_] != '=') ++position_;
    const std::string_view key = line_.substr(start, position_ - start);
    if (key.empty()) throw InputError("'=' without a key before it");
    return key;
  }

  ExtxyzComment::Entry take_value(std::string_view key) {
    if (position_ >= line_.size()) throw InputError(quoted(key) + " has no value after '='");
    ExtxyzComment::Entry entry;
    if (is_quote()) {
      entry = take_quoted();
    } else if (line_[position_] == '{' || line_[position_] == '[') {
      entry.value = take_bracketed();
    } else {
      const std::size_t start = position_;
      while (position_ < line_.size() && !is_blank(line_[position_])) ++position_;
      entry.value = line_.substr(start, position_ - start);
    }
    if (position_ < line_.size() && !is_blank(line_[position_])) throw InputError("no blank after the value of " + quoted(key));
    entry.has_value = true;
    return entry;
  }

  std::size_t position() const { return position_; }
  std::string_view since(std::size_t start) const { return trim(line_.substr(start, position_ - start)); }

private:
  void skip_blanks() {
    while (position_ < line_.size() && is_blank(line_[position_])) ++position_;
  }

  bool is_quote() const { return position_ < line_.size() && (line_[position_] == '"' || line_[position_] == '\''); }

  ExtxyzComment::Entry take_quoted() {
    ExtxyzComment::Entry entry;
    const char quote = line_[position_];
    const std::size_t start = position_ + 1;
    for (std::size_t i = start; i < line_.size(); ++i) {
      if (line_[i] == '\\') {
        entry.has_escape = true;
        ++i;
      } else if (line_[i] == quote) {
        entry.value = line_.substr(start, i - start);
        position_ = i + 1;
        return entry;
      }
    }
    throw InputError("the quote before " + quoted(line_.substr(start), 20) + " is not closed");
  }

  std::string_view take_bracketed() {
    const std::size_t start = position_;
    long depth = 0;
    for (; position_ < line_.size(); ++position_) {
      const char c = line_[position_];
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth == 0) return line_.substr(start, ++position_ - start);
    }
    throw InputError("the bracket of " + quoted(line_.substr(start), 20) + " is not closed");
  }

  std::string_view line_;
  std::size_t position_ = 0;
};

}  // namespace

std::string ExtxyzComment::Entry::text() const {
  if (!has_escape) return std::string(value);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    out += value[i];
  }
  return out;
}

ExtxyzComment::ExtxyzComment(std::string_view line) {
  constexpr std::size_t usual_keys = 8;
  entries_.reserve(usual_keys);
  Scanner scanner(line);
  while (!scanner.at_end()) {
    const std::size_t start = scanner.position();
    const std::string_view key = scanner.take_key();
    Entry entry;
    if (scanner.take_equals()) entry = scanner.take_value(key);
    entry.key = key;
    entry.source = scanner.since(start);
    add(entry);
  }
}

void ExtxyzComment::add(Entry entry) {
  const Entry* earlier = find(entry.key);
  // A repeated bare word is harmless prose; two values are two truths.
  if (earlier && (earlier->has_value || entry.has_value)) throw InputError("the key " + quoted(entry.key) + " is given twice");
  if (!earlier) entries_.push_back(entry);
}

const ExtxyzComment::Entry* ExtxyzComment::find(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &*found;
}

std::string_view take_list_element(std::string_view& rest) {
  constexpr std::string_view separators = " \t,[]{}";
  const std::size_t start = std::min(rest.find_first_not_of(separators), rest.size());
  const std::size_t stop = std::min(rest.find_first_of(separators, start), rest.size());
  const std::string_view element = rest.substr(start, stop - start);
  rest.remove_prefix(stop);
  return element;
}

}  // namespace carillon
