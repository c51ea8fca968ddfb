#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace carillon::kim {

/// A folder that is gone when this is.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

/// The model folder that `carillon export --kim` made parameter files of: KIM knows plain file names only, so `C-N/block.yaml`
/// comes as `C-N__block.yaml`.
/// @throws std::filesystem::filesystem_error  a file cannot be read
void restore_model_folder(const std::filesystem::path& parameter_folder, const std::vector<std::string>& parameter_files,
                          const std::filesystem::path& model_folder);

}  // namespace carillon::kim
