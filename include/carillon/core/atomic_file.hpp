#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace carillon {

/// A file that appears whole or not at all: written under a temporary name in the same folder and renamed by commit().
/// Without commit() (an exception, a kill) an earlier file of that name stays as it was. Devices and pipes (/dev/stdout) are
/// written to as they are, never replaced.
class AtomicFile {
public:
  /// @throws FileError  the temporary file cannot be made, or the path is a folder
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
  /// Closes and takes away what was written.
  void discard();
  [[noreturn]] void fail();

  std::string path_;
  std::string temporary_;  ///< empty for a device
  std::FILE* file_ = nullptr;
};

/// What a temporary name `<name>.part<process number>` of a file or folder stands for; nothing when it is no such name.
std::optional<std::string> finished_name(std::string_view name);

/// The whole of `bytes` as file `path`, atomically.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace carillon
