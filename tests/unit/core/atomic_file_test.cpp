#include "carillon/core/atomic_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

std::string text_of(const std::string& path) { return std::string(TextFile(path).text()); }

long files_in(const TemporaryFolder& folder) {
  return std::distance(std::filesystem::directory_iterator(folder.path("")), std::filesystem::directory_iterator());
}

TEST(AtomicFile, CommitPutsTheWholeFileInPlace) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.txt", "earlier");
  AtomicFile file(path);
  file.write("one");
  file.write(std::string_view("\0two", 4));
  EXPECT_EQ(text_of(path), "earlier") << "nothing may show before commit";
  file.commit();
  EXPECT_EQ(text_of(path), std::string("one\0two", 7));
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, WithoutCommitTheEarlierFileStays) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.txt", "earlier");
  EXPECT_THROW(
      {
        AtomicFile file(path);
        file.write("half of it");
        throw Error("something went wrong in between");
      },
      Error);
  EXPECT_EQ(text_of(path), "earlier");
  EXPECT_EQ(files_in(folder), 1) << "the temporary file must be gone";
}

TEST(AtomicFileDeathTest, AKilledProcessLeavesTheEarlierFile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.txt", "earlier");
  EXPECT_EXIT(
      {
        AtomicFile file(path);
        file.write(std::string(1 << 20, 'x'));
        raise(SIGKILL);
      },
      ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(text_of(path), "earlier");
}

/// The temporary file led to /dev/full, which answers every write as a full disk does.
TEST(AtomicFile, AFullDiskIsAnErrorAndLeavesTheEarlierFile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.txt", "earlier");
  // Short texts fail when the buffer is flushed, long ones in write().
  for (const std::size_t length : {std::size_t{10}, std::size_t{1} << 20}) {
    std::filesystem::create_symlink("/dev/full", path + ".part" + std::to_string(getpid()));
    EXPECT_EQ(message_of<FileError>([&] { write_file(path, std::string(length, 'x')); }),
              path + ": cannot be written: No space left on device");
    EXPECT_EQ(text_of(path), "earlier");
    EXPECT_EQ(files_in(folder), 1);
  }
}

TEST(AtomicFile, AFolderThatDoesNotExistIsNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.path("absent/a.txt");
  EXPECT_EQ(message_of<FileError>([&] { AtomicFile file(path); }), path + ": cannot be written: No such file or directory");
}

TEST(AtomicFile, AFolderInItsPlaceIsAnErrorAndStays) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.txt");
  std::filesystem::create_directories(path + "/inside");
  EXPECT_EQ(message_of<FileError>([&] { AtomicFile file(path); }), path + ": cannot be written: it is a folder");
  EXPECT_TRUE(std::filesystem::is_directory(path + "/inside"));
  EXPECT_EQ(files_in(folder), 1) << "the temporary file must be gone";
}

TEST(AtomicFile, OnlyTemporaryNamesStandForAFinishedOne) {
  EXPECT_EQ(finished_name("a.txt.part12"), "a.txt");
  EXPECT_EQ(finished_name("a.part1.part2"), "a.part1");
  for (const char* other : {"", "12", "a", "a.part", "a.partial", "a.part12b", "a.part-1", "apart12", ".part12", "a.12"})
    EXPECT_EQ(finished_name(other), std::nullopt) << other;
}

/// As root a rename would replace the machine's /dev/full by a file. The link stands for it, should this test fail.
TEST(AtomicFile, ADeviceIsWrittenToAndStays) {
  const TemporaryFolder folder;
  for (const std::string device : {"full", "null"}) {
    const std::string path = folder.path(device);
    std::filesystem::create_symlink("/dev/" + device, path);
    if (device == "full")
      EXPECT_EQ(message_of<FileError>([&] { write_file(path, "text"); }), path + ": cannot be written: No space left on device");
    else
      EXPECT_NO_THROW(write_file(path, "text"));
    EXPECT_TRUE(std::filesystem::is_character_file(path));
  }
  EXPECT_EQ(files_in(folder), 2);
}

}  // namespace
}  // namespace carillon
