#include "carillon/fit/check.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/fit/pipeline.hpp"
#include "made_data.hpp"

namespace carillon {
namespace {

using testing::all_frames;
using testing::made_dataset;
using testing::made_frame;
using testing::MadeFrames;
using testing::message_of;
using testing::TemporaryFolder;

/// Eleven frames of carbon, nitrogen and both. The steps of the recipes below begin in line 9.
class Check : public ::testing::Test {
protected:
  void check(const std::string& blocks, const std::vector<long>& train) const {
    check_fit(parse_recipe(R"(
data: [{file: made.extxyz}]
basis:
  order: {pair: 3}
  pairs:
    C-C: {inner: 1, outer: 3, lambda: 1.4}
    N-N: {inner: 1, outer: 3, lambda: 1.1}
    C-N: {inner: 1, outer: 3, lambda: 1.3}
)" + blocks,
                           "r.yaml", folder_.path("")),
              data_, train);
  }
  std::string problem_of(const std::string& blocks) const {
    return message_of<InputError>([&] { check(blocks, all_frames(data_)); });
  }

  TemporaryFolder folder_;
  Dataset data_ = made_dataset(folder_, {{"c", {"C"}, 4, 4}, {"n", {"N"}, 5, 4}, {"cn", {"C", "N"}, 6, 3}});
};

TEST_F(Check, SoundRecipesPass) {
  EXPECT_NO_THROW(check("blocks: [{name: C}, {name: N}, {name: C-N, solver: {folds: 3}}]\n", all_frames(data_)));
  EXPECT_NO_THROW(check("blocks: [{name: [C, N, C-N], labels: [cn, n], weights: {labels: {c: 2}}}]\n", all_frames(data_)));
}

TEST_F(Check, WhatWouldEndTheFitLaterIsRefusedWithItsLine) {
  const std::string nowhere = folder_.path("nowhere");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"blocks:\n  - {name: C}\n  - {name: N, labels: [x]}\n",
       "r.yaml:11: block N: unknown label 'x' in labels; known: c, n, cn"},
      {"blocks: [{name: C, weights: {labels: {x: 2}}}]\n", "r.yaml:9: block C: unknown label 'x' in weights; known: c, n, cn"},
      {"blocks: [{name: C, solver: {folds: 5}}]\n", "r.yaml:9: block C: 5 folds for 4 frames"},
      {"blocks: [{name: C, labels: [n]}]\n",
       "r.yaml:9: block C: no training frame holds its elements, no interaction of a block that comes later, and labels with a "
       "weight"},
      {"blocks: [{name: N, frozen: nowhere}, {name: C}]\n",
       "r.yaml:9: block N: " + nowhere + ": cannot be opened: No such file or directory"},
      {"blocks: [{name: C}, {name: N, basis: {coordinate: inverse}}, {name: C-N, solver: {folds: 3}}]\n",
       "r.yaml:9: blocks C and N do not fit together: their coordinates are morse and inverse; where a recipe's basis does not "
       "say: "
       "coordinate morse, smoothing tersoff 0.5, below_inner smooth"},
      {"blocks: [{name: C}, {name: N}]\n",
       "r.yaml: the blocks C, N are not a whole model: the model also needs the block C-N, unless "
       "named as absent (compose --absent, absent_blocks in a recipe)"},
  };
  for (const auto& [blocks, problem] : cases) EXPECT_EQ(problem_of(blocks), problem) << blocks;
}

/// The fit must not be refused for frames that no rows come from, nor pass without any.
TEST_F(Check, OnlyTrainingFramesCount) {
  const std::string blocks = "blocks: [{name: C, solver: {strength: 1}}]\n";
  EXPECT_NO_THROW(check(blocks, {0}));
  EXPECT_NE(message_of<InputError>([&] { check(blocks, {4, 5, 6, 7, 8}); }), "");
}

TEST(CheckFrames, AtomsAtOnePlaceAreNamedWhereverTheyAre) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.extxyz");
  ExtxyzWriter writer(path);
  for (unsigned seed = 1; seed <= 5; ++seed) {
    Structure frame = made_frame({"c", {"C"}, 4}, seed);
    if (seed == 4) frame.positions[3] = frame.positions[1] + frame.cell.vectors.row(2).transpose();
    writer.write(frame);
  }
  writer.commit();
  const Dataset data({{path, {}}});
  const std::string problem = message_of<InputError>([&] { check_frames(data, Communicator()); });
  EXPECT_NE(problem.find("frame 3, atom 1: stands at the same place as atom 3"), std::string::npos) << problem;
  EXPECT_NO_THROW(check_frames(made_dataset(folder, {{"c", {"C"}, 4, 3}}), Communicator()));
}

}  // namespace
}  // namespace carillon
