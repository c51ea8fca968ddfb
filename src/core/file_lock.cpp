#include "carillon/core/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "carillon/core/error.hpp"

namespace carillon {

namespace {

/// Whether the open file is still the one of that name: a lock on a file that was removed keeps nobody out.
bool is_in_place(int descriptor, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  if (fstat(descriptor, &opened) != 0 || stat(path.c_str(), &named) != 0) return false;
  return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

FileLock::FileLock(const std::string& path) {
  for (;;) {
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw FileError(path + ": cannot be opened: " + std::strerror(errno));
    const bool held_elsewhere = flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!held_elsewhere && is_in_place(descriptor_, path)) return;
    close(descriptor_);
    if (held_elsewhere) throw InputError(path + ": is held by another process that is still running");
  }
}

FileLock::~FileLock() { close(descriptor_); }

}  // namespace carillon
