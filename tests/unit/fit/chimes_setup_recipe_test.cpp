#include "carillon/fit/chimes_setup_recipe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/random_models.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_file.hpp"
#include "unit/exchange/texts.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::shared_data;
using testing::small_setup;
using testing::TemporaryFolder;
using testing::with;

/// The unknowns of a basis as names and slots, whatever their order.
std::vector<std::string> described(const BasisSet& basis) {
  std::vector<std::string> out;
  for (const ClusterType& type : basis.types()) {
    std::string text = type.name() + " " + std::to_string(type.order());
    for (const Slot& slot : type.slots())
      text += " " + std::to_string(slot.inner) + "/" + std::to_string(slot.outer) + "/" + std::to_string(slot.lambda);
    out.push_back(text);
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// The recipe as it would be after having been written to a file and read.
Recipe reread(const Recipe& recipe) { return parse_recipe(recipe_yaml(recipe), "converted.yaml", ""); }

bool mentions(const std::vector<std::string>& notes, const std::string& words) {
  return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

ConvertedSetup convert(const std::string& text, const std::map<std::string, std::string>& frozen = {}) {
  const TemporaryFolder folder;
  folder.file("traj_list.dat", "2\n12 a.xyzf hot 1\n8 sub/b.xyzf\n");
  return recipe_from_chimes_setup(read_chimes_setup(folder.file("fm_setup.in", text)), frozen);
}

TEST(ChimesSetupRecipe, TheFittedBlocksHaveTheSetupsClusterTypes) {
  const TemporaryFolder folder;
  folder.file("traj_list.dat", "1\n12 a.xyzf\n");
  const ChimesSetup setup = read_chimes_setup(folder.file("fm_setup.in", small_setup));
  const Recipe recipe = reread(recipe_from_chimes_setup(setup, {}).recipe);
  ASSERT_EQ(recipe.steps.size(), 1u);
  EXPECT_EQ(recipe.steps[0].blocks, (std::vector<std::string>{"H", "N", "H-N"}));
  EXPECT_EQ(described(blocks_basis(recipe.steps[0].basis, recipe.steps[0].blocks)), described(basis_set(setup)));
}

TEST(ChimesSetupRecipe, DataAreTheListsFilesWithTheLabelsThatAreFitted) {
  const ConvertedSetup converted = convert(small_setup);
  ASSERT_EQ(converted.recipe.data.size(), 2u);
  EXPECT_EQ(std::filesystem::path(converted.recipe.data[0].path).filename(), "a.xyzf");
  EXPECT_EQ(converted.recipe.data[0].options.first_frames, 12);
  EXPECT_EQ(converted.recipe.data[0].options.label, "hot 1");
  EXPECT_EQ(converted.recipe.data[0].options.format, "xyzf");
  EXPECT_TRUE(converted.recipe.data[0].options.required.forces);
  // Only the first frames are asked to have them, so none can be required of all.
  EXPECT_FALSE(converted.recipe.data[0].options.required.stress);
  EXPECT_FALSE(converted.recipe.data[0].options.required.energy);
  EXPECT_TRUE(mentions(converted.notes, "FITSTRS asks for the stress of the first 12 frames"));
  EXPECT_TRUE(mentions(converted.notes, "FITENER asks for the energy of the first 15 frames"));

  const ConvertedSetup all = convert(with(with(small_setup, "FIRSTALL 12", "ALL"), "FIRST 15", "true"));
  EXPECT_TRUE(all.recipe.data[1].options.required.stress);
  EXPECT_TRUE(all.recipe.data[1].options.required.energy);

  const ConvertedSetup single = convert(with(small_setup, "MULTI traj_list.dat", "only.xyzf"));
  ASSERT_EQ(single.recipe.data.size(), 1u);
  EXPECT_EQ(single.recipe.data[0].options.first_frames, 20);
}

TEST(ChimesSetupRecipe, RowsAreCountedAsTheFieldsFitterDoes) {
  const Weights weights = convert(small_setup).recipe.steps.at(0).weights;
  EXPECT_EQ(weights.energy_multiplicity, 3);
  EXPECT_EQ(weights.shear_multiplicity, 2);
  EXPECT_EQ(weights.energy, 1);
  EXPECT_EQ(weights.stress, 1);
  const Weights forces_only =
      convert(with(with(small_setup, "FIRSTALL 12", "false"), "FIRST 15", "false")).recipe.steps.at(0).weights;
  EXPECT_EQ(forces_only.energy, 0);
  EXPECT_EQ(forces_only.stress, 0);
  EXPECT_TRUE(mentions(convert(small_setup).notes, "row weights are not part of the setup"));
}

/// Hydrogen has terms of four atoms left, so it is fitted, without those that are excluded.
TEST(ChimesSetupRecipe, SingleExclusionsBecomeAbsentTypes) {
  const StepSpec step = convert(small_setup).recipe.steps.at(0);
  std::vector<std::string> absent = step.basis.absent;
  std::sort(absent.begin(), absent.end());
  EXPECT_EQ(absent, (std::vector<std::string>{"H", "HH", "HHH", "HNN"}));
}

/// With hydrogen excluded altogether its block is subtracted, or absent.
TEST(ChimesSetupRecipe, WholeExcludedBlocksAreFrozenOrAbsent) {
  const std::string text = with(small_setup, "# NATMTYP #", "EXCLUDE 4B INTERACTION: 1\nH H H H\n\n# NATMTYP #");
  const ConvertedSetup bare = convert(text);
  EXPECT_EQ(bare.recipe.absent_blocks, (std::vector<std::string>{"H"}));
  ASSERT_EQ(bare.recipe.steps.size(), 1u);
  EXPECT_TRUE(mentions(bare.notes, "every interaction of block H is excluded and no file was given for it (--frozen H=FILE)"));

  const ConvertedSetup with_file = convert(text, {{"H", "h.txt"}});
  EXPECT_TRUE(with_file.recipe.absent_blocks.empty());
  ASSERT_EQ(with_file.recipe.steps.size(), 2u);
  EXPECT_EQ(with_file.recipe.steps[0].blocks, (std::vector<std::string>{"H"}));
  EXPECT_EQ(with_file.recipe.steps[0].frozen, "h.txt");
  EXPECT_EQ(with_file.recipe.steps[1].blocks, (std::vector<std::string>{"N", "H-N"}));
  EXPECT_EQ(reread(with_file.recipe).steps.size(), 2u);

  EXPECT_NE(message_of<InputError>([&] { convert(text, {{"N", "n.txt"}}); }).find("block N is fitted by"), std::string::npos);
  EXPECT_NE(message_of<InputError>([&] {
              convert(text, {{"C", "c.txt"}});
            }).find("frozen block C is not one that"),
            std::string::npos);
}

TEST(ChimesSetupRecipe, KeywordsWithoutMeaningAreNoted) {
  EXPECT_TRUE(mentions(convert(small_setup).notes, "fm_setup.in:5: WRAPTRJ true has no meaning here"));
  EXPECT_TRUE(mentions(convert(small_setup).notes, "NLAYERS 1 has no meaning here"));
}

/// The public setup of the C-N cross fit: 3,747 unknowns in one block.
TEST(ChimesSetupRecipe, PublicCrossFitOnFrozenBlocks) {
  const std::string path = shared_data("cn/fm_setup.in");
  CARILLON_SKIP_WITHOUT(path);
  const ChimesSetup setup = read_chimes_setup(path);
  const Recipe recipe = reread(recipe_from_chimes_setup(setup, {{"C", "c.params.txt"}, {"N", "n.params.txt"}}).recipe);
  ASSERT_EQ(recipe.steps.size(), 3u);
  EXPECT_EQ(recipe.steps[0].frozen, "c.params.txt");
  EXPECT_EQ(recipe.steps[1].frozen, "n.params.txt");
  EXPECT_EQ(recipe.steps[2].blocks, (std::vector<std::string>{"C-N"}));
  const BasisSet basis = blocks_basis(recipe.steps[2].basis, recipe.steps[2].blocks);
  EXPECT_EQ(basis.columns(), 3747);
  EXPECT_EQ(described(basis), described(basis_set(setup)));
  ASSERT_EQ(recipe.data.size(), 1u);
  EXPECT_EQ(recipe.data[0].options.first_frames, 20);
  EXPECT_EQ(recipe.data[0].options.label, "6000");
  const Dataset data(recipe.data);
  EXPECT_EQ(data.size(), 20);
  EXPECT_EQ(data.summary(0).stress_components, 6);
}

TEST(ChimesSetupRecipe, PublicCrossFitWithoutItsParents) {
  const std::string path = shared_data("cn/fm_setup.in");
  CARILLON_SKIP_WITHOUT(path);
  const Recipe recipe = reread(recipe_from_chimes_setup(read_chimes_setup(path), {}).recipe);
  EXPECT_EQ(recipe.absent_blocks, (std::vector<std::string>{"C", "N"}));
  ASSERT_EQ(recipe.steps.size(), 1u);
  EXPECT_EQ(blocks_basis(recipe.steps[0].basis, recipe.steps[0].blocks).columns(), 3747);
}

TEST(ChimesSetupRecipe, PublicHydrogen) {
  const std::string path = shared_data("hydrogen/fm_setup.in");
  CARILLON_SKIP_WITHOUT(path);
  const ChimesSetup setup = read_chimes_setup(path);
  const Recipe recipe = reread(recipe_from_chimes_setup(setup, {}).recipe);
  ASSERT_EQ(recipe.steps.size(), 1u);
  EXPECT_EQ(recipe.steps[0].blocks, (std::vector<std::string>{"H"}));
  const BasisSet basis = blocks_basis(recipe.steps[0].basis, recipe.steps[0].blocks);
  // 20 pair terms, 210 triplet terms, 56 quadruplet terms of order 3, one energy.
  EXPECT_EQ(basis.columns(), 20 + 210 + 56 + 1);
  EXPECT_EQ(described(basis), described(basis_set(setup)));
  EXPECT_EQ(Dataset(recipe.data).size(), 104);
}

}  // namespace
}  // namespace carillon
