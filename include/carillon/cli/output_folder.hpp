#pragma once

#include <functional>
#include <string>
#include <vector>

namespace carillon {

/// The folder of a result. Files in it are written one by one, each whole or not at all.
class OutputFolder {
public:
  /// Makes the folder.
  /// @throws InputError  it exists, is not empty, and `overwrite` is false
  /// @throws FileError   it cannot be made
  OutputFolder(std::string path, bool overwrite);

  /// Removes halves of files and folders (`<name>.part<pid>`, see finished_name()) that a killed process was writing directly in
  /// this folder, those whose name `is_own`: the folder may hold other things of the user.
  void remove_unfinished(const std::function<bool(const std::string&)>& is_own) const;

  /// @throws InputError  one of these files or folders lies in this folder: what is written would replace what is read
  void refuse_inputs_inside(const std::vector<std::string>& inputs) const;

  std::string file(const std::string& name) const { return file_in(path_, name); }
  static std::string file_in(const std::string& folder, const std::string& name);
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// @throws InputError  `path` is a file or folder that exists, and `overwrite` is false
void refuse_existing(const std::string& path, bool overwrite);

/// @throws InputError  `path` is one of the inputs, by whatever name: writing it would lose what is read
void refuse_input(const std::string& path, const std::vector<std::string>& inputs);

/// For files that a verb is to write; empty names are skipped.
/// @throws InputError  as refuse_existing and refuse_input; or two of them are the same file
void refuse_outputs(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs, bool overwrite);

}  // namespace carillon
