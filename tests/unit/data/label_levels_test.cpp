#include "carillon/data/label_levels.hpp"

#include <gtest/gtest.h>

#include "support/temporary_file.hpp"

namespace carillon {
namespace {

std::string frames_of(const std::string& keys, int count = 1) {
  std::string text;
  for (int k = 0; k < count; ++k)
    text += "1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3 " + keys + "\nC 0 0 0\n";
  return text;
}

TEST(MixedLevels, AreNamedWithTheirFiles) {
  const testing::TemporaryFolder folder;
  const DataSource pbe{folder.file("pbe.extxyz", frames_of("energy=-8 label_level=PBE+D2", 3))};
  DataSource dftb{
      folder.file("dftb.extxyz", frames_of("energy=-2 label_level=DFTB", 2) + frames_of("energy=-2 label_level=\"DFTB, scc\""))};
  const DataSource more{folder.file("more.extxyz", frames_of("energy=-8 label_level=\"PBE+D2\""))};
  EXPECT_EQ(mixed_levels_complaint(Dataset({pbe, more, dftb})),
            "energies of several levels of theory, whose zeros differ: DFTB (2 frames of " + dftb.path +
                "), DFTB, scc (1 frames of " + dftb.path + "), PBE+D2 (4 frames of " + more.path + ", " + pbe.path +
                "); ignore those of all levels but one, or bring them to one level with 'carillon rereference'");
  dftb.options.ignored.energy = true;
  EXPECT_EQ(mixed_levels_complaint(Dataset({pbe, more, dftb})), "");
}

TEST(MixedLevels, AreNoneWhereOneOrNoneIsNamed) {
  const testing::TemporaryFolder folder;
  const DataSource named{folder.file("named.extxyz", frames_of("energy=-8 label_level=PBE+D2"))};
  const DataSource unnamed{folder.file("unnamed.extxyz", frames_of("energy=-8"))};
  const DataSource without{folder.file("without.extxyz", frames_of("label_level=DFTB"))};
  EXPECT_EQ(mixed_levels_complaint(Dataset({named, unnamed, without})), "");
}

}  // namespace
}  // namespace carillon
