#include "carillon/exchange/kim_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <vector>

#include "carillon/block/atomic_folder.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

constexpr char first_line[] = "# A Carillon model as a KIM portable model, written by `carillon export --kim`.\n";

void require_name(const std::string& name) {
  const auto is_part = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) || !std::all_of(name.begin(), name.end(), is_part))
    throw InputError(
        fmt::format("'{}' cannot name a KIM model: letters, digits and underscores, not beginning with a digit", name));
}

bool is_kim_model(const fs::path& folder) {
  std::ifstream rules(folder / "CMakeLists.txt");
  std::string line;
  return std::getline(rules, line) && line + "\n" == first_line;
}

std::string plain_name(const fs::path& path) {
  std::string name;
  for (const fs::path& part : path) name += (name.empty() ? "" : "__") + part.string();
  return name;
}

/// Moves the files of `model` beside it, under plain names.
std::vector<std::string> flatten(const fs::path& model) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(model))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    names.push_back(plain_name(fs::relative(file, model)));
    fs::rename(file, model.parent_path() / names.back());
  }
  fs::remove_all(model);
  std::sort(names.begin(), names.end());
  return names;
}

std::string build_rules(const std::string& name, const std::vector<std::string>& files) {
  return fmt::format(R"({}cmake_minimum_required(VERSION 3.10)
list(APPEND CMAKE_PREFIX_PATH $ENV{{KIM_API_CMAKE_PREFIX_DIR}})
find_package(KIM-API-ITEMS 2.2 REQUIRED CONFIG)
kim_api_items_setup_before_project(ITEM_TYPE "portableModel")
project({} LANGUAGES C CXX)
kim_api_items_setup_after_project(ITEM_TYPE "portableModel")
add_kim_api_model_library(
  NAME ${{PROJECT_NAME}}
  DRIVER_NAME "Carillon_Driver"
  PARAMETER_FILES
    {})
)",
                     first_line, name, fmt::join(files, "\n    "));
}

}  // namespace

void write_kim_model(const std::string& folder, const std::string& name,
                     const std::function<void(const std::string& folder)>& write_model, bool overwrite) {
  require_name(name);
  if (fs::exists(folder)) {
    if (!overwrite) throw InputError(folder + ": exists already, and may not be overwritten");
    if (!is_kim_model(folder)) throw InputError(folder + ": exists and is not a KIM model's folder, so it is not overwritten");
  }
  AtomicFolder target(folder);
  const std::string nested = target.temporary() + "/model";
  write_model(nested);
  const std::vector<std::string> files = flatten(nested);
  write_file(target.temporary() + "/CMakeLists.txt", build_rules(name, files));
  target.commit();
}

}  // namespace carillon
