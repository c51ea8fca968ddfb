#include "carillon/cli/output_folder.hpp"

#include <filesystem>

#include "carillon/core/error.hpp"

namespace carillon {

OutputFolder::OutputFolder(std::string path, bool overwrite) : path_(std::move(path)) {
  std::error_code problem;
  if (std::filesystem::exists(path_) && !std::filesystem::is_directory(path_)) throw InputError(path_ + ": exists and is not a folder");
  if (std::filesystem::is_directory(path_) && !std::filesystem::is_empty(path_, problem) && !overwrite)
    throw InputError(path_ + ": is not empty; choose another folder or pass --overwrite");
  std::filesystem::create_directories(path_, problem);
  if (problem) throw FileError(path_ + ": cannot be made: " + problem.message());
}

std::string OutputFolder::file(const std::string& name) const { return (std::filesystem::path(path_) / name).string(); }

void refuse_existing(const std::string& path, bool overwrite) {
  if (!overwrite && std::filesystem::exists(path)) throw InputError(path + ": exists already; choose another name or pass --overwrite");
}

}  // namespace carillon
