#include "carillon/fit/estimate.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "carillon/core/error.hpp"
#include "made_data.hpp"

namespace carillon {
namespace {

using testing::all_frames;
using testing::made_dataset;
using testing::message_of;
using testing::TemporaryFolder;

class Estimate : public ::testing::Test {
protected:
  static Recipe recipe_with(const std::string& tail) {
    return parse_recipe(R"(
data: [{file: made.extxyz}]
basis:
  order: {pair: 4, triplet: 3}
  pairs:
    C-C: {inner: 1, outer: 3, lambda: 1.4}
    N-N: {inner: 1, outer: 3, lambda: 1.4}
    C-N: {inner: 1, outer: 3, lambda: 1.4}
)" + tail,
                        "r.yaml", "");
  }

  TemporaryFolder folder_;
  Dataset data_ = made_dataset(folder_, {{"c", {"C"}, 4, 6}, {"n", {"N"}, 5, 5}, {"cn", {"C", "N"}, 6, 4}});
};

TEST_F(Estimate, CountsAreThoseOfTheFit) {
  const Recipe recipe = recipe_with("blocks: [{name: C}, {name: N}, {name: C-N, solver: {folds: 2}}]\nweights: {energy: 0}\n");
  const auto estimates = estimate_fit(recipe, data_, all_frames(data_));
  ASSERT_EQ(estimates.size(), 3u);
  EXPECT_EQ(estimates[0].frames, 6);
  EXPECT_EQ(estimates[0].rows.force, 6 * 12);
  EXPECT_EQ(estimates[0].rows.stress, 6 * 6);
  EXPECT_EQ(estimates[0].rows.energy, 0);
  EXPECT_EQ(estimates[0].columns, blocks_basis(recipe.steps[0].basis, {"C"}).columns());
  EXPECT_EQ(estimates[0].groups, 4);
  EXPECT_EQ(estimates[2].blocks, (std::vector<std::string>{"C-N"}));
  EXPECT_EQ(estimates[2].frames, 4);
  EXPECT_EQ(estimates[2].groups, 2);
  for (const StepEstimate& step : estimates) {
    EXPECT_GT(step.memory_bytes, 8.0 * static_cast<double>(step.rows.total()));
    EXPECT_GE(step.row_seconds, 0);
    EXPECT_GT(step.factor_seconds, 0);
    EXPECT_GT(step.solve_seconds, 0);
  }
}

TEST_F(Estimate, JsonHoldsTheLargestMemoryAndTheSumOfTimes) {
  const Recipe recipe = recipe_with("blocks: [{name: C}, {name: C-N, frozen: cn}, {name: N}]\n");
  auto estimates = estimate_fit(recipe, data_, all_frames(data_));
  ASSERT_EQ(estimates.size(), 2u);
  estimates[0].memory_bytes = 5e6;
  estimates[1].memory_bytes = 7e6;
  for (StepEstimate& step : estimates) step.factor_seconds = 3;
  const auto json = nlohmann::json::parse(estimate_json(estimates, 2, 4));
  EXPECT_EQ(json["processes"], 4);
  EXPECT_EQ(json["threads"], 2);
  EXPECT_EQ(json["memory_bytes"], 7e6);
  EXPECT_EQ(json["factors_cpu_seconds"], 6.0);
  EXPECT_EQ(json["steps"][1]["blocks"], std::vector<std::string>{"N"});
  EXPECT_EQ(json["steps"][1]["columns"], estimates[1].columns);
}

TEST_F(Estimate, FrozenStepsCostNothingAndOnlyTrainingFramesCount) {
  const Recipe recipe = recipe_with("blocks: [{name: C, frozen: c}, {name: N, solver: {strength: 1}}]\n");
  const auto estimates = estimate_fit(recipe, data_, {0, 1, 7, 8, 9});
  ASSERT_EQ(estimates.size(), 1u);
  EXPECT_EQ(estimates[0].frames, 3);
  EXPECT_EQ(estimates[0].groups, 1);
}

TEST_F(Estimate, AStepWithoutFramesIsRefused) {
  const Recipe recipe = recipe_with("blocks: [{name: C}, {name: N}]\n");
  EXPECT_EQ(message_of<InputError>([&] {
              estimate_fit(recipe, data_, {0, 1, 2, 3});
            }),
            "block N: no training frame holds its elements");
}

TEST_F(Estimate, TableHasALineForEachStep) {
  const Recipe recipe = recipe_with("blocks: [{name: [C, N]}, {name: C-N, solver: {folds: 2}}]\n");
  const std::string table = estimate_table(estimate_fit(recipe, data_, all_frames(data_)), 4, 2);
  EXPECT_NE(table.find("\nC+N "), std::string::npos) << table;
  EXPECT_NE(table.find("\nC-N "), std::string::npos) << table;
  EXPECT_NE(table.find("2 process(es) of 4 thread(s)"), std::string::npos) << table;
}

}  // namespace
}  // namespace carillon
