#include "carillon/exchange/chimes_text.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

std::size_t comment_start(std::string_view line) { return std::min(line.find('!'), line.find("##")); }

}  // namespace

bool ChimesLine::starts_with(const std::vector<std::string>& start) const {
  return words.size() >= start.size() && std::equal(start.begin(), start.end(), words.begin());
}

std::string ChimesLine::text() const {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

const std::string& ChimesLine::word(std::size_t index, const char* what) const {
  if (index >= words.size()) fail(std::string(what) + " is missing in '" + text() + "'");
  return words[index];
}

double ChimesLine::real(std::size_t index, const char* what) const {
  double value = 0;
  if (!parse_double(word(index, what), value))
    fail("expected " + std::string(what) + " as a number, found '" + words[index] + "'");
  if (!std::isfinite(value)) fail(std::string(what) + " is " + words[index]);
  return value;
}

long ChimesLine::integer(std::size_t index, const char* what) const {
  long value = 0;
  if (!parse_long(word(index, what), value))
    fail("expected " + std::string(what) + " as an integer, found '" + words[index] + "'");
  return value;
}

bool ChimesLine::boolean(std::size_t index, const char* what) const {
  const std::string& value = word(index, what);
  if (value == "true" || value == "True" || value == "TRUE" || value == "T") return true;
  if (value == "false" || value == "False" || value == "FALSE" || value == "F") return false;
  fail("expected " + std::string(what) + " as true or false, found '" + value + "'");
}

Element ChimesLine::element(std::size_t index, const char* what) const {
  const auto found = Element::from_symbol(word(index, what));
  if (!found) fail(std::string(what) + " '" + words[index] + "' is not an element symbol");
  return *found;
}

void ChimesLine::fail(const std::string& problem) const { fail_at({*file, number}, problem); }

ChimesText::ChimesText(const std::string& path) : path_(std::make_shared<const std::string>(path)) {
  const TextFile file(path);
  LineReader reader(file.text());
  std::string_view raw;
  while (reader.next(raw)) {
    const std::size_t comment = comment_start(raw);
    ChimesLine line{path_, reader.line_number(), {}};
    for (const std::string_view word : split_words(raw.substr(0, comment))) line.words.emplace_back(word);
    if (!line.words.empty()) {
      lines_.push_back(std::move(line));
    } else if (comment != std::string_view::npos && lines_.empty()) {
      std::string_view text = raw.substr(comment);
      while (!text.empty() && (text.front() == '!' || text.front() == '#')) text.remove_prefix(1);
      if (text.find_first_not_of(" \t-=*") != std::string_view::npos) comments_.emplace_back(trim(text));
    }
  }
}

const ChimesLine& ChimesText::peek() const {
  if (done()) fail_at({path(), lines_.empty() ? 0 : lines_.back().number}, "the file ends too early: ENDFILE is missing");
  return lines_[next_];
}

const ChimesLine& ChimesText::take() {
  const ChimesLine& line = peek();
  ++next_;
  return line;
}

}  // namespace carillon
