#include "carillon/core/file_lock.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

TEST(FileLock, OneHolderAtATime) {
  const TemporaryFolder folder;
  const std::string path = folder.path("lock");
  {
    const FileLock lock(path);
    EXPECT_EQ(message_of<InputError>([&] { FileLock second(path); }),
              path + ": is held by another process that is still running");
  }
  EXPECT_NO_THROW(FileLock again(path));
}

TEST(FileLockDeathTest, AKilledProcessLetsGo) {
  const TemporaryFolder folder;
  const std::string path = folder.path("lock");
  EXPECT_EXIT(
      {
        const FileLock lock(path);
        raise(SIGKILL);
      },
      ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_TRUE(std::filesystem::exists(path)) << "the child never held it";
  EXPECT_NO_THROW(FileLock lock(path));
}

TEST(FileLock, ALockWhoseFileIsRemovedKeepsNobodyOut) {
  const TemporaryFolder folder;
  const std::string path = folder.path("lock");
  const FileLock earlier(path);
  std::filesystem::remove(path);
  const FileLock now(path);
  EXPECT_THROW(FileLock third(path), InputError);
}

TEST(FileLock, AFolderThatDoesNotExistIsNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.path("absent/lock");
  EXPECT_EQ(message_of<FileError>([&] { FileLock lock(path); }), path + ": cannot be opened: No such file or directory");
}

}  // namespace
}  // namespace carillon
