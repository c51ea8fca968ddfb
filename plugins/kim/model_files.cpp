#include "model_files.hpp"

#include <stdlib.h>

#include <cerrno>
#include <system_error>

namespace carillon::kim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view separator = "__";

fs::path path_of(std::string name) {
  for (std::size_t place = name.find(separator); place != std::string::npos; place = name.find(separator))
    name.replace(place, separator.size(), "/");
  return name;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "carillon-kim-XXXXXX").string();
  if (!mkdtemp(name.data())) throw fs::filesystem_error("cannot be made", name, std::error_code(errno, std::generic_category()));
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void restore_model_folder(const fs::path& parameter_folder, const std::vector<std::string>& parameter_files,
                          const fs::path& model_folder) {
  for (const std::string& file : parameter_files) {
    const fs::path to = model_folder / path_of(file);
    fs::create_directories(to.parent_path());
    fs::copy_file(parameter_folder / file, to);
  }
}

}  // namespace carillon::kim
