#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace carillon {

/// Whether a file has to be on the disk itself before it gets its name.
enum class Durability {
  power_failure,  ///< yes: what is there under the name is whole even after the machine stopped
  process,  ///< no: only the end of the process is provided for, for files whose reader would see that they are damaged. Waits
            ///< for no disk.
};

/// A file that appears whole or not at all: written under a temporary name in the same folder and renamed by commit().
/// Without commit() (an exception, a kill) an earlier file of that name stays as it was. Devices and pipes (/dev/stdout) are
/// written to as they are, never replaced.
class AtomicFile {
public:
  /// @throws FileError  the temporary file cannot be made, or the path is a folder
  explicit AtomicFile(std::string path, Durability durability = Durability::power_failure);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// @throws FileError  nothing more can be written (disk full)
  void write(std::string_view bytes);

  /// Flushes, to the disk when it is to survive a power failure, and renames.
  /// @throws FileError
  void commit();

private:
  /// Closes and takes away what was written.
  void discard();
  [[noreturn]] void fail();

  std::string path_;
  Durability durability_;
  std::string temporary_;  ///< empty for a device
  std::FILE* file_ = nullptr;
};

/// What a temporary name `<name>.part<process number>` of a file or folder stands for; nothing when it is no such name.
std::optional<std::string> finished_name(std::string_view name);

/// The whole of `bytes` as file `path`, atomically.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace carillon
