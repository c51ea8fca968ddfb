#include "carillon/block/library.hpp"

#include <gtest/gtest.h>

#include "carillon/block/block_file.hpp"
#include "random_blocks.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::edit_file;
using testing::random_block;
using testing::random_blocks;
using testing::TemporaryFolder;

TEST(Library, ListsBlocksInFittingOrderAndReportsBrokenOnes) {
  const TemporaryFolder folder;
  for (const Block& block : random_blocks({"C", "N"})) write_block(folder.path(block.name()), block);
  write_block(folder.path("A-second-C"), random_block("C", {"C"}, 2));
  write_block(folder.path("broken"), random_block("C", {"C"}));
  edit_file(folder.path("broken/coefficients.csv"), "CC,0,1,", "CC,0,1,x");
  std::filesystem::create_directory(folder.path("notes"));
  folder.file("README.md", "not a folder");

  const Library library = read_library(folder.path(""));
  ASSERT_EQ(library.blocks.size(), 4u);
  EXPECT_EQ(library.blocks[0].folder, "A-second-C");
  EXPECT_EQ(library.blocks[1].folder, "C");
  EXPECT_EQ(library.blocks[2].name, "N");
  EXPECT_EQ(library.blocks[3].name, "C-N");
  const LibraryEntry& cross = library.blocks[3];
  const Block block = random_block("C-N", {"C", "N"});
  EXPECT_EQ(cross.columns, block.basis.columns());
  EXPECT_EQ(cross.orders, (std::vector<int>{8, 4, 3}));
  EXPECT_EQ(cross.cutoffs[0], block.basis.cutoff(2));
  EXPECT_EQ(cross.cutoffs[2], block.basis.cutoff(4));
  EXPECT_EQ(cross.checksum, block_checksum(block));
  EXPECT_EQ(cross.frames.at("hot"), 7);
  ASSERT_EQ(library.broken.size(), 1u);
  EXPECT_EQ(library.broken[0].folder, "broken");
  EXPECT_NE(library.broken[0].reason.find("coefficients.csv:3: 'x"), std::string::npos) << library.broken[0].reason;
}

TEST(Library, TableHasOneRowForEachBlock) {
  const TemporaryFolder folder;
  for (Block block : random_blocks({"C"})) {
    block.provenance.frames.clear();
    write_block(folder.path("C"), block);
  }
  write_block(folder.path("C2"), random_block("C", {"C"}, 2));
  const Library library = read_library(folder.path(""));
  const std::string table = library_table(library);
  EXPECT_NE(table.find("| C | C | "), std::string::npos) << table;
  EXPECT_NE(table.find("| 8 / 4 / 3 |"), std::string::npos) << table;
  EXPECT_NE(table.find("not recorded"), std::string::npos) << table;
  EXPECT_NE(table.find("| 2 (19 frames) |"), std::string::npos) << table;
  EXPECT_NE(table.find(library.blocks[0].checksum.substr(0, 12)), std::string::npos);
  EXPECT_THROW(read_library(folder.path("absent")), FileError);
}

}  // namespace
}  // namespace carillon
