#include "carillon/core/atomic_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// Something to write into, not to put a file in the place of.
bool is_device_or_pipe(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) && !std::filesystem::is_directory(status);
}

}  // namespace

AtomicFile::AtomicFile(std::string path, Durability durability) : path_(std::move(path)), durability_(durability) {
  // The rename at the end would fail too, but only when all the work is done.
  if (std::filesystem::is_directory(path_)) throw FileError(path_ + ": cannot be written: it is a folder");
  if (!is_device_or_pipe(path_)) temporary_ = path_ + ".part" + std::to_string(getpid());
  file_ = std::fopen((temporary_.empty() ? path_ : temporary_).c_str(), "wb");
  if (!file_) fail();
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() {
  if (!file_) return;
  std::fclose(file_);
  file_ = nullptr;
  if (!temporary_.empty()) std::remove(temporary_.c_str());
}

void AtomicFile::fail() {
  const std::string reason = std::strerror(errno);
  discard();
  throw FileError(path_ + ": cannot be written: " + reason);
}

void AtomicFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail();
}

void AtomicFile::commit() {
  if (std::fflush(file_) != 0) fail();
  if (temporary_.empty()) {  // a terminal cannot be synchronised, nor renamed
    std::fclose(file_);
    file_ = nullptr;
    return;
  }
  if (durability_ == Durability::power_failure && fsync(fileno(file_)) != 0) fail();
  const int closed = std::fclose(file_);
  file_ = nullptr;
  std::error_code problem;
  if (closed == 0) std::filesystem::rename(temporary_, path_, problem);
  if (closed != 0 || problem) {
    const std::string reason = closed != 0 ? std::strerror(errno) : problem.message();
    std::remove(temporary_.c_str());
    throw FileError(path_ + ": cannot be written: " + reason);
  }
}

std::optional<std::string> finished_name(std::string_view name) {
  constexpr std::string_view mark = ".part";
  const std::size_t stem = name.find_last_not_of("0123456789");
  if (stem == std::string_view::npos || stem + 1 == name.size()) return {};  // all digits, or none at the end
  const std::string_view marked = name.substr(0, stem + 1);
  if (marked.size() <= mark.size() || !marked.ends_with(mark)) return {};
  return std::string(marked.substr(0, marked.size() - mark.size()));
}

void write_file(const std::string& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace carillon
