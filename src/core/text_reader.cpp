#include "carillon/core/text_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "carillon/core/error.hpp"

namespace carillon {

struct TextFile::Mapping {
  void* start = nullptr;
  std::size_t length = 0;
  struct stat opened {};
  ~Mapping() {
    if (start) munmap(start, length);
  }
};

TextFile::TextFile(const std::string& path) : path_(path), mapping_(std::make_unique<Mapping>()) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw FileError(path + ": cannot be opened: " + std::strerror(errno));
  struct stat& status = mapping_->opened;
  fstat(descriptor, &status);
  if (!S_ISREG(status.st_mode)) {
    close(descriptor);
    throw FileError(path + ": is not a regular file");
  }
  mapping_->length = static_cast<std::size_t>(status.st_size);
  if (mapping_->length > 0) {
    void* start = mmap(nullptr, mapping_->length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (start == MAP_FAILED) {
      close(descriptor);
      throw FileError(path + ": cannot be read: " + std::strerror(errno));
    }
    mapping_->start = start;
  }
  close(descriptor);
}

TextFile::~TextFile() = default;
TextFile::TextFile(TextFile&&) noexcept = default;
TextFile& TextFile::operator=(TextFile&&) noexcept = default;

std::string_view TextFile::text() const { return {static_cast<const char*>(mapping_->start), mapping_->length}; }

void TextFile::release(std::size_t offset, std::size_t length) const {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t begin = offset / page * page;
  const std::size_t end = std::min(offset + length, mapping_->length);
  if (begin < end)
    madvise(static_cast<char*>(mapping_->start) + begin, end - begin, MADV_DONTNEED);  // a failure costs memory only
}

void TextFile::require_unchanged() const {
  struct stat now {};
  const struct stat& then = mapping_->opened;
  if (stat(path_.c_str(), &now) != 0) throw InputError(path_ + ": was removed while it was in use: " + std::strerror(errno));
  const bool is_same = now.st_dev == then.st_dev && now.st_ino == then.st_ino && now.st_size == then.st_size &&
                       now.st_mtim.tv_sec == then.st_mtim.tv_sec && now.st_mtim.tv_nsec == then.st_mtim.tv_nsec;
  if (!is_same) throw InputError(path_ + ": was changed while it was in use");
}

bool LineReader::next(std::string_view& line) {
  if (next_ >= text_.size()) return false;
  const std::size_t end = text_.find('\n', next_);
  const std::size_t stop = end == std::string_view::npos ? text_.size() : end;
  line = text_.substr(next_, stop - next_);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  next_ = end == std::string_view::npos ? text_.size() : end + 1;
  ++line_number_;
  return true;
}

std::string_view take_word(std::string_view& rest) {
  std::size_t start = 0;
  while (start < rest.size() && (rest[start] == ' ' || rest[start] == '\t')) ++start;
  std::size_t stop = start;
  while (stop < rest.size() && rest[stop] != ' ' && rest[stop] != '\t') ++stop;
  const std::string_view word = rest.substr(start, stop - start);
  rest.remove_prefix(stop);
  return word;
}

std::vector<std::string_view> split_words(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) words.push_back(word);
  return words;
}

std::string_view trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

/// std::from_chars knows no leading plus. One before another sign stays, so that `+-1` is refused.
static void drop_plus(std::string_view& word) {
  if (word.size() > 1 && word[0] == '+' && word[1] != '-') word.remove_prefix(1);
}

bool parse_double(std::string_view word, double& value) {
  drop_plus(word);
  const char* end = word.data() + word.size();
  const auto [stop, status] = std::from_chars(word.data(), end, value);
  if (status == std::errc() && stop == end) return true;
  if (status != std::errc() || (*stop != 'd' && *stop != 'D')) return false;
  // Fortran writes the exponent of a double with D: copy it with an E. Rare, so a small copy does not matter.
  std::array<char, 64> copy{};
  if (word.size() > copy.size()) return false;
  std::copy(word.begin(), word.end(), copy.begin());
  copy[static_cast<std::size_t>(stop - word.data())] = 'e';
  char* exponent_sign = copy.data() + (stop - word.data()) + 1;
  if (exponent_sign == copy.data() + word.size()) return false;
  const auto again = std::from_chars(copy.data(), copy.data() + word.size(), value);
  return again.ec == std::errc() && again.ptr == copy.data() + word.size();
}

bool parse_long(std::string_view word, long& value) {
  drop_plus(word);
  const auto [stop, status] = std::from_chars(word.data(), word.data() + word.size(), value);
  return !word.empty() && status == std::errc() && stop == word.data() + word.size();
}

namespace {

/// Bytes that follow the first of a UTF-8 sequence; -1 when it cannot be a first one.
int bytes_after(unsigned char first) {
  if (first < 0x80) return 0;
  if (first >= 0xC2 && first < 0xE0) return 1;
  if (first >= 0xE0 && first < 0xF0) return 2;
  if (first >= 0xF0 && first < 0xF5) return 3;
  return -1;
}

/// The second byte is what tells overlong forms, surrogates and numbers beyond the last character (RFC 3629).
bool fits_second(unsigned char first, unsigned char second) {
  if (first == 0xE0) return second >= 0xA0;
  if (first == 0xED) return second < 0xA0;
  if (first == 0xF0) return second >= 0x90;
  if (first == 0xF4) return second < 0x90;
  return true;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  for (std::size_t k = 0; k < text.size();) {
    const unsigned char first = byte(k++);
    const int more = bytes_after(first);
    if (more < 0 || text.size() - k < static_cast<std::size_t>(more)) return false;
    if (more > 0 && !fits_second(first, byte(k))) return false;
    for (int m = 0; m < more; ++m)
      if ((byte(k++) & 0xC0) != 0x80) return false;
  }
  return true;
}

std::string comma_separated(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string exact_text(double value) { return fmt::format("{}", value); }

}  // namespace carillon
