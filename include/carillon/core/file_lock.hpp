#pragma once

#include <string>

namespace carillon {

/// A lock that one process at a time can hold, gone with the process however it ends. The file itself stays.
class FileLock {
public:
  /// Makes the file if need be, also when the holder before removes it at that moment. On a file system that knows no locks there
  /// is none, and no error.
  /// @throws InputError  another process holds it
  /// @throws FileError   the file cannot be opened
  explicit FileLock(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

private:
  int descriptor_ = -1;
};

}  // namespace carillon
