#include "carillon/fit/pipeline.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "carillon/fit/step_sources.hpp"
#include "made_data.hpp"
#include "support/fit_observers.hpp"

namespace carillon {
namespace {

using testing::all_frames;
using testing::elements;
using testing::made_dataset;
using testing::message_of;
using testing::random_basis;
using testing::random_coefficients;
using testing::silent_observer;
using testing::TemporaryFolder;

/// Sixteen frames with labels of no meaning: enough to see what a fit does with them.
class Pipeline : public ::testing::Test {
protected:
  Recipe recipe_with(const std::string& tail) const {
    return parse_recipe(R"(
data: [{file: made.extxyz}]
basis:
  order: {pair: 3}
  pairs:
    C-C: {inner: 1, outer: 3, lambda: 1.4}
    N-N: {inner: 1, outer: 3, lambda: 1.1}
    C-N: {inner: 1, outer: 3, lambda: 1.3}
solver: {strength: 1e-3}
)" + tail,
                        folder_.path("r.yaml"), folder_.path(""));
  }
  FitResult fit(const std::string& tail) const {
    return run_fit(recipe_with(tail), data_, all_frames(data_), Communicator(), silent_observer());
  }

  /// A stored block of the same radial form.
  void store_carbon(const std::string& name) const {
    write_block(folder_.path(name), fit("blocks: [{name: C}, {name: N}, {name: C-N}]\n").model.blocks[0]);
  }

  TemporaryFolder folder_;
  Dataset data_ = made_dataset(folder_, {{"c", {"C"}, 4, 6}, {"n", {"N"}, 5, 5}, {"cn", {"C", "N"}, 6, 5}});
};

TEST_F(Pipeline, SplitsAsTheRecipeSays) {
  const std::string blocks = "blocks: [{name: C}]\n";
  const auto test_frames = [&](const std::string& split) { return split_frames(recipe_with(split + blocks), data_).test; };
  EXPECT_TRUE(test_frames("").empty());
  EXPECT_EQ(test_frames("split: {test: {frames: [3, 1]}}\n"), (std::vector<long>{1, 3}));
  EXPECT_EQ(test_frames("split: {test: {labels: [n]}}\n"), (std::vector<long>{6, 7, 8, 9, 10}));
  EXPECT_EQ(test_frames("split: {test: {fraction: 0.25}}\n").size(), 4u);
  EXPECT_NE(test_frames("split: {test: {fraction: 0.25, seed: 1}}\n"), test_frames("split: {test: {fraction: 0.25, seed: 2}}\n"));
  EXPECT_NE(message_of<InputError>([&] { test_frames("split: {test: {labels: [q]}}\n"); }), "");
}

TEST_F(Pipeline, StepsReportWhatTheyWereFittedOn) {
  const FitResult result = fit("weights: {stress: 0}\nblocks: [{name: C}, {name: N}, {name: C-N}]\n");
  ASSERT_EQ(result.steps.size(), 3u);
  EXPECT_EQ(result.steps[0].frames, (std::vector<long>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(result.steps[1].frames, (std::vector<long>{6, 7, 8, 9, 10}));
  EXPECT_EQ(result.steps[2].frames, (std::vector<long>{11, 12, 13, 14, 15}));
  EXPECT_EQ(result.steps[2].rows.force, 5 * 18);
  EXPECT_EQ(result.steps[2].rows.stress, 0);
  EXPECT_EQ(result.steps[2].rows.energy, 5);
  EXPECT_EQ(result.steps[2].columns, 3);
  EXPECT_EQ(result.steps[0].columns, 4);
  EXPECT_DOUBLE_EQ(result.steps[0].residual.labels().at("c").ratio(), 1) << "nothing is subtracted from the first target";
  EXPECT_NE(result.steps[2].residual.labels().at("cn").ratio(), 1);
}

TEST_F(Pipeline, BlocksSayWhereTheyComeFrom) {
  const FitResult result = fit("blocks: [{name: C}, {name: N}, {name: C-N}]\n");
  const Provenance& provenance = result.model.blocks[2].provenance;
  EXPECT_EQ(provenance.source, "fit");
  EXPECT_EQ(provenance.recipe_sha256.size(), 64u);
  EXPECT_EQ(provenance.data_sha256.at("made.extxyz"), data_.source_hash(0));
  EXPECT_EQ(provenance.frames, (std::map<std::string, long>{{"cn", 5}}));
  EXPECT_EQ(provenance.parents.at("C"), block_checksum(result.model.blocks[0]));
  EXPECT_EQ(provenance.parents.at("N"), block_checksum(result.model.blocks[1]));
  ASSERT_EQ(provenance.distances.size(), 1u);
  EXPECT_GE(provenance.distances.at("C-N").smallest, 1.2);
  EXPECT_LT(provenance.distances.at("C-N").largest, 3.0);
  EXPECT_TRUE(result.model.blocks[0].provenance.parents.empty());
}

/// And the hash of a recipe does not depend on the folder the program is called from, nor on where recipe and data lie together.
TEST_F(Pipeline, FilesOfOneNameAreToldApart) {
  const TemporaryFolder other;
  Recipe recipe = recipe_with("blocks: [{name: C}, {name: N}, {name: C-N}]\n");
  const auto fit_in = [&](const std::string& place) {
    std::filesystem::create_directories(place + "/a");
    std::filesystem::create_directories(place + "/b");
    for (const char* name : {"/a/made.extxyz", "/b/made.extxyz"})
      std::filesystem::copy_file(folder_.path("made.extxyz"), place + name);
    recipe.file = place + "/r.yaml";
    recipe.data = {{place + "/a/made.extxyz", {}}, {place + "/b/made.extxyz", {}}};
    const Dataset data(recipe.data);
    return run_fit(recipe, data, all_frames(data), Communicator(), silent_observer()).model.blocks[0].provenance;
  };
  const Provenance here = fit_in(folder_.path("deep/er"));
  ASSERT_EQ(here.data_sha256.size(), 2u);
  EXPECT_EQ(here.data_sha256.at("a/made.extxyz"), data_.source_hash(0));
  EXPECT_TRUE(here.data_sha256.contains("b/made.extxyz"));
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(other.path(""));
  const Provenance there = fit_in("elsewhere");
  std::filesystem::current_path(before);
  EXPECT_EQ(there.recipe_sha256, here.recipe_sha256);
  EXPECT_EQ(there.data_sha256, here.data_sha256);
}

TEST_F(Pipeline, AFrozenBlockIsTakenAsItIs) {
  store_carbon("carbon");
  const FitResult result = fit("blocks: [{name: C, frozen: carbon}, {name: N}, {name: C-N}]\n");
  EXPECT_TRUE(result.steps[0].frozen);
  EXPECT_EQ(result.model.blocks[0].coefficients, read_block(folder_.path("carbon")).coefficients);
}

TEST_F(Pipeline, ThePenaltyGoesToTheModelAndNotIntoTheFit) {
  const std::string blocks = "blocks: [{name: C}, {name: N}, {name: C-N}]\n";
  const FitResult with = fit(blocks + "penalty: {distance: 1.0, scale: 1000}\n");
  const FitResult without = fit(blocks);
  EXPECT_EQ(with.model.penalty, (Penalty{1.0, 1000}));
  EXPECT_EQ(without.model.penalty.scale, 0);
  for (std::size_t b = 0; b < 3; ++b) EXPECT_EQ(with.model.blocks[b].coefficients, without.model.blocks[b].coefficients);
}

/// Energy offsets are not pulled towards zero: however strong the prior, they reproduce the mean energy.
TEST_F(Pipeline, ThePriorLeavesEnergyOffsetsFree) {
  const FitResult result =
      fit("weights: {force: 0, stress: 0}\nblocks: [{name: C, solver: {strength: 1e12}}, {name: N}, {name: C-N}]\n");
  double mean = 0;
  for (long frame = 0; frame < 6; ++frame) mean += *data_.read(frame).energy / 6 / 4;
  const Block& carbon = result.model.blocks[0];
  EXPECT_NEAR(carbon.coefficients[0], mean, 1e-6 * std::abs(mean));
  for (std::size_t c = 1; c < carbon.coefficients.size(); ++c) EXPECT_NEAR(carbon.coefficients[c], 0, 1e-6);
}

TEST_F(Pipeline, AStepWithoutFramesOrRowsIsRefused) {
  EXPECT_EQ(message_of<InputError>([&] { fit("blocks: [{name: C, labels: [n]}]\n"); }),
            "block C: no training frame holds its elements and has labels with a weight");
  EXPECT_EQ(message_of<InputError>([&] { fit("blocks: [{name: [C, N], labels: [cn]}]\n"); }),
            "block C + N: no training frame holds its elements and has labels with a weight");
}

TEST_F(Pipeline, AnIncompleteModelIsRefused) {
  EXPECT_NE(message_of<InputError>([&] { fit("blocks: [{name: C}, {name: N}]\n"); }).find("C-N"), std::string::npos);
  EXPECT_EQ(fit("absent_blocks: [C-N]\nblocks: [{name: C}, {name: N}]\n").model.absent, (std::vector<std::string>{"C-N"}));
}

TEST_F(Pipeline, AFrozenPathMustHoldTheNamedBlock) {
  store_carbon("carbon");
  EXPECT_EQ(read_frozen_block(folder_.path("carbon"), "C").name(), "C");
  EXPECT_EQ(message_of<InputError>([&] { read_frozen_block(folder_.path("carbon"), "N"); }),
            folder_.path("carbon") + ": holds block C, not N");
  const BasisSet basis = random_basis(elements({"C"}), {.triplet_order = 0, .quadruplet_order = 0});
  const std::string params = folder_.path("c.txt");
  write_chimes_params(params, compose(split_into_blocks(basis, random_coefficients(basis, 3), {})));
  EXPECT_EQ(read_frozen_block(params, "C").name(), "C");
  EXPECT_EQ(message_of<InputError>([&] { read_frozen_block(params, "N"); }), params + ": holds no block N; it holds C");
}

}  // namespace
}  // namespace carillon
