#include "carillon/data/other_keys.hpp"

#include <gtest/gtest.h>

#include "carillon/data/extxyz_writer.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

TEST(OtherKeys, AreWrittenAsTheyStood) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file(
      "a.extxyz",
      "1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3 REF_energy=-1.5 energy=-2 temp=300 config_type=hot "
      "state=dense frame_id=hot-1 label_code=\"CP2K \\\"2023.1\\\"\" note = 'two words' list={1 2} relaxed step=3 pbc=\"T T T\"\n"
      "C 0 0 0\n");
  const Dataset data({DataSource{path}});
  const std::vector<OtherKey> keys = other_keys(data, 0);
  ASSERT_EQ(keys.size(), 7u);
  EXPECT_EQ(keys[2].key, "label_code");
  EXPECT_EQ(keys[2].value, "CP2K \"2023.1\"");
  EXPECT_EQ(extxyz_text(data.read(0), {.numbers = {{"step", 4}}, .keys = keys}),
            "1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3 energy=-1.5 config_type=hot temperature=300 step=4 "
            "state=dense frame_id=hot-1 label_code=\"CP2K \\\"2023.1\\\"\" note = 'two words' list={1 2} relaxed pbc=\"T T T\"\n"
            "C 0 0 0\n")
      << "no second energy or temperature, and no second value of a key";
  EXPECT_THROW((void)extxyz_text(data.read(0), {.keys = {{"note", "a\nb", "note=a\nb"}}}), DomainError);
  const Dataset without_keys({DataSource{folder.file("b.xyzf", "1\n5 5 5\nO 0 0 0 1 1 1\n")}});
  EXPECT_TRUE(other_keys(without_keys, 0).empty());
}

}  // namespace
}  // namespace carillon
