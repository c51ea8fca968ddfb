#include "carillon/block/atomic_folder.hpp"

#include <unistd.h>

#include <filesystem>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// `blocks/C/` and `blocks/C` are the same place; the temporary name is made from the second.
std::string without_last_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

void rename_folder(const std::string& from, const std::string& to) {
  std::error_code problem;
  std::filesystem::rename(from, to, problem);
  if (problem) throw FileError(to + ": cannot be put in place: " + problem.message());
}

}  // namespace

AtomicFolder::AtomicFolder(const std::string& path)
    : path_(without_last_slash(path)), temporary_(path_ + ".part" + std::to_string(getpid())) {
  std::error_code problem;
  std::filesystem::remove_all(temporary_, problem);
  if (!problem) std::filesystem::create_directories(temporary_, problem);
  if (problem) throw FileError(path_ + ": cannot be made: " + problem.message());
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;
  if (!committed_) std::filesystem::remove_all(temporary_, ignored);
}

void AtomicFolder::commit() {
  const std::string aside = path_ + ".old" + std::to_string(getpid());
  const bool replaces = std::filesystem::exists(path_);
  if (replaces) rename_folder(path_, aside);
  try {
    rename_folder(temporary_, path_);
  } catch (const FileError&) {
    if (replaces) rename_folder(aside, path_);
    throw;
  }
  committed_ = true;
  std::error_code ignored;
  if (replaces) std::filesystem::remove_all(aside, ignored);
}

}  // namespace carillon
