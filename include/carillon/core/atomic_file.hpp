#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace carillon {

/// A file that appears whole or not at all: written under a temporary name in the same folder and renamed by commit().
/// Without commit() (an exception, a kill) an earlier file of that name stays as it was.
class AtomicFile {
public:
  /// @throws FileError  the temporary file cannot be made
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// @throws FileError  nothing more can be written (disk full)
  void write(std::string_view bytes);

  /// Flushes to the disk and renames.
  /// @throws FileError
  void commit();

private:
  [[noreturn]] void fail(const char* action);

  std::string path_;
  std::string temporary_;
  std::FILE* file_ = nullptr;
};

/// The whole of `bytes` as file `path`, atomically.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace carillon
