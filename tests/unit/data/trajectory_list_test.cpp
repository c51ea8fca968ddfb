#include "carillon/data/trajectory_list.hpp"

#include <gtest/gtest.h>

#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;

TEST(TrajectoryList, NamesFilesFramesAndLabels) {
  const TemporaryFolder folder;
  DataOptions options;
  options.label = "default";
  options.required.energy = true;
  const auto sources = read_trajectory_list(
      folder.file("traj_list.dat", "3\n54 OUTCAR300.xyzf   300\n50\tsub/b.xyzf\n\n1 /absolute/c.xyzf hot  liquid\n\n"), options);
  ASSERT_EQ(sources.size(), 3u);
  EXPECT_EQ(sources[0].path, folder.path("OUTCAR300.xyzf"));
  EXPECT_EQ(sources[0].options.first_frames, 54);
  EXPECT_EQ(sources[0].options.label, "300");
  EXPECT_EQ(sources[1].path, folder.path("sub/b.xyzf"));
  EXPECT_EQ(sources[1].options.label, "default");
  EXPECT_TRUE(sources[1].options.required.energy);
  EXPECT_EQ(sources[2].path, "/absolute/c.xyzf");
  EXPECT_EQ(sources[2].options.label, "hot liquid");
}

TEST(TrajectoryList, IsReadAsADataset) {
  const TemporaryFolder folder;
  folder.file("a.xyzf", "1\n5 5 5\nC 0 0 0 0 0 0\n1\n6 6 6\nC 0 0 0 0 0 0\n");
  const Dataset data(read_trajectory_list(folder.file("traj_list.dat", "1\n2 a.xyzf cold\n")));
  EXPECT_EQ(data.size(), 2);
  EXPECT_EQ(data.summary(1).label, "cold");
  const auto too_many = read_trajectory_list(folder.file("traj_list.dat", "1\n3 a.xyzf cold\n"));
  EXPECT_NE(
      testing::message_of<InputError>([&] { Dataset bad(too_many); }).find("a.xyzf: 3 frames are wanted but the file has 2"),
      std::string::npos);
}

TEST(TrajectoryList, BadListsAreNamed) {
  const TemporaryFolder folder;
  const std::pair<const char*, const char*> cases[] = {
      {"", "list: is empty"},
      {"two\n", "list:1: expected the number of files, found 'two'"},
      {"0\n", "list:1: expected the number of files, found '0'"},
      {"1\nx a.xyzf\n", "list:2: expected a number of frames above 0, found 'x'"},
      {"1\n0 a.xyzf\n", "list:2: expected a number of frames above 0, found '0'"},
      {"1\n5\n", "list:2: expected a path after the number of frames"},
      {"2\n5 a.xyzf\n", "list: 2 files are announced but 1 listed"},
      {"1\n5 a.xyzf\n\n6 b.xyzf\n", "list:4: more lines than the 1 files announced"}};
  for (const auto& [text, expected] : cases) {
    const std::string message = testing::message_of<InputError>([&] { read_trajectory_list(folder.file("list", text)); });
    EXPECT_NE(message.find(expected), std::string::npos) << "gave: " << message << "\n  expected: " << expected;
  }
  EXPECT_THROW(read_trajectory_list(folder.path("absent")), FileError);
}

}  // namespace
}  // namespace carillon
