#include "carillon/block/model_file.hpp"

#include <gtest/gtest.h>

#include "carillon/block/block_file.hpp"
#include "random_blocks.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::edit_file;
using testing::message_of;
using testing::random_block;
using testing::random_blocks;
using testing::TemporaryFolder;

Hierarchy example() {
  auto blocks = random_blocks({"C", "H", "N"}, 4);
  std::erase_if(blocks, [](const Block& block) { return block.name() == "C-H-N"; });
  return compose(blocks, {.penalty = Penalty{0.02, 1.0 / 3}, .absent = {"C-H-N"}});
}

TEST(ModelFile, RoundTripIsExact) {
  const TemporaryFolder folder;
  const Hierarchy model = example();
  write_model(folder.path("m"), model);
  const Hierarchy again = read_model(folder.path("m"));
  EXPECT_EQ(again.elements, model.elements);
  EXPECT_EQ(again.absent, model.absent);
  EXPECT_TRUE(again.penalty == model.penalty);
  ASSERT_EQ(again.blocks.size(), model.blocks.size());
  for (std::size_t b = 0; b < model.blocks.size(); ++b) {
    EXPECT_EQ(block_checksum(again.blocks[b]), block_checksum(model.blocks[b]));
    EXPECT_EQ(again.blocks[b].coefficients, model.blocks[b].coefficients);
  }
}

TEST(ModelFile, NothingIsOverwrittenUnasked) {
  const TemporaryFolder folder;
  write_model(folder.path("m"), example());
  EXPECT_NE(message_of<InputError>([&] { write_model(folder.path("m"), example()); }).find("exists already"), std::string::npos);
  EXPECT_NO_THROW(write_model(folder.path("m"), compose(random_blocks({"O"})), true));
  EXPECT_EQ(read_model(folder.path("m")).blocks.size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(folder.path("m/C-N"))) << "a block of the old model is left behind";
  write_block(folder.path("b"), random_block("C", {"C"}));
  EXPECT_NE(message_of<InputError>([&] { write_model(folder.path("b"), example(), true); }).find("not a model folder"),
            std::string::npos);
}

TEST(ModelFile, BadInputIsNamed) {
  struct Case {
    const char* from;
    const char* to;
    const char* expected;
  };
  const Case cases[] = {
      {"format: carillon-model", "format: carillon-block", "format: 'carillon-block' is not one of: carillon-model"},
      {"format_version: 1", "format_version: 7", "format version 7 is not known"},
      {"penalty:", "penalti:", "unknown key 'penalti'"},
      {"scale: 0.3", "scale: -0.3", "penalty: the scale -0.33"},
      {"checksum: ", "checksum: 0", "block C is not the one this model was composed from"},
      {"absent: [\"C-H-N\"]", "absent: []", "the model also needs the block C-H-N"},
      {"elements: [\"C\", \"H\", \"N\"]", "elements: [\"C\", \"N\"]", "elements: the blocks have other elements"},
      {"name: \"C-N\"", "name: \"../C-N\"", "'../C-N' is not the name of a block"},
      {"name: \"C-N\"", "name: \"C-O\"", "C-O: not a block folder"},
  };
  for (const Case& one : cases) {
    const TemporaryFolder folder;
    write_model(folder.path("m"), example());
    edit_file(folder.path("m/model.yaml"), one.from, one.to);
    const std::string message = message_of<InputError>([&] { read_model(folder.path("m")); });
    EXPECT_NE(message.find(one.expected), std::string::npos) << "gave: " << message << "\n  expected: " << one.expected;
  }
}

TEST(ModelFile, AnExchangedBlockIsNoticed) {
  const TemporaryFolder folder;
  write_model(folder.path("m"), example());
  write_block(folder.path("m/C"), random_block("C", {"C"}, 99), true);
  EXPECT_NE(
      message_of<InputError>([&] { read_model(folder.path("m")); }).find("block C is not the one this model was composed from"),
      std::string::npos);
  write_block(folder.path("m/C"), random_block("N", {"N"}), true);
  EXPECT_NE(message_of<InputError>([&] { read_model(folder.path("m")); }).find("the folder C holds block N"), std::string::npos);
  EXPECT_NE(message_of<InputError>([&] { read_model(folder.path("")); }).find("not a model folder"), std::string::npos);
}

}  // namespace
}  // namespace carillon
