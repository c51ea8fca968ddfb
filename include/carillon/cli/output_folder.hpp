#pragma once

#include <string>

namespace carillon {

/// The folder of a result. Files in it are written one by one, each whole or not at all.
class OutputFolder {
public:
  /// Makes the folder.
  /// @throws InputError  it exists, is not empty, and `overwrite` is false
  /// @throws FileError   it cannot be made
  OutputFolder(std::string path, bool overwrite);

  /// Removes halves of files and folders (`.part<pid>`) that a killed process was writing.
  void remove_unfinished_files() const;

  std::string file(const std::string& name) const { return file_in(path_, name); }
  static std::string file_in(const std::string& folder, const std::string& name);
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// @throws InputError  `path` is a file or folder that exists, and `overwrite` is false
void refuse_existing(const std::string& path, bool overwrite);

}  // namespace carillon
