#include "carillon/block/atomic_folder.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <filesystem>

#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// `blocks/C/` and `blocks/C` are the same place; the temporary name is made from the second.
std::string without_last_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

/// The names of two folders change places in one instant; false where the system or the file system cannot do that.
bool exchange(const std::string& one, const std::string& other) {
#ifdef RENAME_EXCHANGE
  return renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0;
#else
  return false;
#endif
}

/// Where a folder waits while another takes its place, where the two cannot be exchanged.
constexpr const char* aside_suffix = ".replaced.part";

/// A kill between two renames left the folder aside, and nothing in its place.
void put_back(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists(path, ignored)) return;
  const fs::path place(path);
  const std::string waiting = place.filename().string() + ".replaced";
  const fs::path parent = place.has_parent_path() ? place.parent_path() : fs::path(".");
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, ignored))
    if (finished_name(entry.path().filename().string()) == waiting) return fs::rename(entry.path(), path, ignored);
}

void rename_folder(const std::string& from, const std::string& to) {
  std::error_code problem;
  std::filesystem::rename(from, to, problem);
  if (problem) throw FileError(to + ": cannot be put in place: " + problem.message());
}

}  // namespace

AtomicFolder::AtomicFolder(const std::string& path)
    : path_(without_last_slash(path)), temporary_(path_ + ".part" + std::to_string(getpid())) {
  put_back(path_);
  std::error_code problem;
  std::filesystem::remove_all(temporary_, problem);
  if (!problem) std::filesystem::create_directories(temporary_, problem);
  if (problem) throw FileError(path_ + ": cannot be made: " + problem.message());
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;
  if (!committed_ && !keeps_) std::filesystem::remove_all(temporary_, ignored);
}

void AtomicFolder::commit() {
  const bool replaces = std::filesystem::exists(path_);
  std::error_code ignored;
  if (replaces && exchange(temporary_, path_)) {
    committed_ = true;
    std::filesystem::remove_all(temporary_, ignored);  // which is what was replaced, now
    return;
  }
  const std::string aside = path_ + aside_suffix + std::to_string(getpid());
  if (replaces) rename_folder(path_, aside);
  try {
    rename_folder(temporary_, path_);
  } catch (const FileError&) {
    if (replaces) rename_folder(aside, path_);
    throw;
  }
  committed_ = true;
  if (replaces) std::filesystem::remove_all(aside, ignored);
}

}  // namespace carillon
