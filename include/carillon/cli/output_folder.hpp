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

  std::string file(const std::string& name) const;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// @throws InputError  `path` exists and `overwrite` is false
void refuse_existing(const std::string& path, bool overwrite);

}  // namespace carillon
