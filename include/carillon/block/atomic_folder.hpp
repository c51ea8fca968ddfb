#pragma once

#include <string>

namespace carillon {

/// A folder that appears whole or not at all: filled under a temporary name beside its place and renamed by commit(). Without
/// commit() (an exception) what stood in its place before stays as it was, and the temporary folder is removed.
class AtomicFolder {
public:
  /// @throws FileError  the temporary folder cannot be made
  explicit AtomicFolder(const std::string& path);
  ~AtomicFolder();
  AtomicFolder(const AtomicFolder&) = delete;
  AtomicFolder& operator=(const AtomicFolder&) = delete;

  const std::string& temporary() const { return temporary_; }  ///< where to put the files

  /// Takes the place of an existing folder of that name, in one instant where the file system can do that. Elsewhere a kill
  /// between two renames leaves the earlier folder under `<path>.replaced.part<pid>`, where the next AtomicFolder finds it.
  /// @throws FileError
  void commit();

  /// Leaves the temporary folder where it is, also without commit().
  void keep() { keeps_ = true; }

private:
  std::string path_;
  std::string temporary_;
  bool committed_ = false;
  bool keeps_ = false;
};

}  // namespace carillon
