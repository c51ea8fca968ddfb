#include "carillon/cli/output_folder.hpp"

#include <filesystem>
#include <set>
#include <vector>

#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"

namespace carillon {

OutputFolder::OutputFolder(std::string path, bool overwrite) : path_(std::move(path)) {
  std::error_code problem;
  if (std::filesystem::exists(path_) && !std::filesystem::is_directory(path_))
    throw InputError(path_ + ": exists and is not a folder");
  if (std::filesystem::is_directory(path_) && !std::filesystem::is_empty(path_, problem) && !overwrite)
    throw InputError(path_ + ": is not empty; choose another folder or pass --overwrite");
  std::filesystem::create_directories(path_, problem);
  if (problem) throw FileError(path_ + ": cannot be made: " + problem.message());
}

void OutputFolder::remove_unfinished(const std::function<bool(const std::string&)>& is_own) const {
  namespace fs = std::filesystem;
  std::error_code ignored;  // left behind they cost disk, no more
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, ignored))
    if (const auto name = finished_name(entry.path().filename().string()); name && is_own(*name)) found.push_back(entry.path());
  for (const fs::path& path : found) fs::remove_all(path, ignored);
}

void OutputFolder::refuse_inputs_inside(const std::vector<std::string>& inputs) const {
  namespace fs = std::filesystem;
  const fs::path here = fs::weakly_canonical(fs::absolute(path_));
  for (const std::string& input : inputs) {
    const fs::path there = fs::weakly_canonical(fs::absolute(input));
    const fs::path within = there.lexically_relative(here);
    if (!within.empty() && *within.begin() != "..")
      throw InputError(input + ": is read, and lies in the folder of the result, " + path_ + "; choose another folder");
  }
}

std::string OutputFolder::file_in(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).string();
}

void refuse_existing(const std::string& path, bool overwrite) {
  const auto status = std::filesystem::status(path);
  const bool can_be_lost =
      std::filesystem::is_regular_file(status) || std::filesystem::is_directory(status);  // no device or pipe
  if (!overwrite && can_be_lost) throw InputError(path + ": exists already; choose another name or pass --overwrite");
}

void refuse_input(const std::string& path, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    std::error_code one_does_not_exist;
    if (std::filesystem::equivalent(path, input, one_does_not_exist)) throw InputError(path + ": is an input; it would be lost");
  }
}

void refuse_outputs(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs, bool overwrite) {
  std::set<std::string> seen;
  for (const std::string& file : outputs) {
    if (file.empty()) continue;
    refuse_existing(file, overwrite);
    refuse_input(file, inputs);
    if (!seen.insert(std::filesystem::absolute(file).lexically_normal().string()).second)
      throw InputError(file + ": two outputs cannot be one file");
  }
}

}  // namespace carillon
