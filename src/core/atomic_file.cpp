#include "carillon/core/atomic_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "carillon/core/error.hpp"

namespace carillon {

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".part" + std::to_string(getpid())) {
  file_ = std::fopen(temporary_.c_str(), "wb");
  if (!file_) fail("cannot be written");
}

AtomicFile::~AtomicFile() {
  if (!file_) return;
  std::fclose(file_);
  std::remove(temporary_.c_str());
}

void AtomicFile::fail(const char* action) {
  const std::string reason = std::strerror(errno);
  if (file_) {
    std::fclose(file_);
    file_ = nullptr;
    std::remove(temporary_.c_str());
  }
  throw FileError(path_ + ": " + action + ": " + reason);
}

void AtomicFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("cannot be written");
}

void AtomicFile::commit() {
  if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0) fail("cannot be written");
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

void write_file(const std::string& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace carillon
