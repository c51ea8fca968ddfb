#include "carillon/block/atomic_folder.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "random_blocks.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;
using testing::text_of;

long items_in(const std::string& path) {
  long items = 0;
  for ([[maybe_unused]] const auto& item : std::filesystem::directory_iterator(path)) ++items;
  return items;
}

TEST(AtomicFolder, AppearsWithCommitAndNotBefore) {
  const TemporaryFolder place;
  AtomicFolder folder(place.path("a"));
  std::ofstream(folder.temporary() + "/file") << "text";
  EXPECT_FALSE(std::filesystem::exists(place.path("a")));
  folder.commit();
  EXPECT_EQ(text_of(place.path("a/file")), "text");
  EXPECT_EQ(items_in(place.path("")), 1);
}

TEST(AtomicFolder, WithoutCommitTheOldFolderStaysAndNothingIsLeft) {
  const TemporaryFolder place;
  std::filesystem::create_directory(place.path("a"));
  std::ofstream(place.path("a/file")) << "old";
  {
    AtomicFolder folder(place.path("a/"));
    std::ofstream(folder.temporary() + "/file") << "new";
  }
  EXPECT_EQ(text_of(place.path("a/file")), "old");
  EXPECT_EQ(items_in(place.path("")), 1);
}

TEST(AtomicFolder, CommitReplacesTheWholeFolder) {
  const TemporaryFolder place;
  std::filesystem::create_directory(place.path("a"));
  std::ofstream(place.path("a/old")) << "old";
  AtomicFolder folder(place.path("a"));
  std::ofstream(folder.temporary() + "/new") << "new";
  folder.commit();
  EXPECT_FALSE(std::filesystem::exists(place.path("a/old")));
  EXPECT_EQ(text_of(place.path("a/new")), "new");
  EXPECT_EQ(items_in(place.path("")), 1);
}

TEST(AtomicFolder, WhatAKillLeftAsideIsPutBack) {
  const TemporaryFolder place;
  std::filesystem::create_directory(place.path("a.replaced.part12"));
  std::ofstream(place.path("a.replaced.part12/file")) << "old";
  std::filesystem::create_directory(place.path("a.old2024"));
  { const AtomicFolder given_up(place.path("a")); }
  EXPECT_EQ(text_of(place.path("a/file")), "old");
  EXPECT_EQ(items_in(place.path("")), 2) << "the folder, and one that is somebody else's";
}

TEST(AtomicFolder, APlaceThatCannotBeWrittenIsNamed) {
  EXPECT_NE(testing::message_of<FileError>([] { AtomicFolder folder("/proc/a"); }).find("/proc/a: cannot be made: "),
            std::string::npos);
}

}  // namespace
}  // namespace carillon
