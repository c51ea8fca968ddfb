#include "carillon/fit/report.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "made_data.hpp"
#include "support/fit_observers.hpp"

namespace carillon {
namespace {

using testing::all_frames;
using testing::made_dataset;
using testing::silent_observer;
using testing::TemporaryFolder;

FitResult fit_with(const std::string& solver) {
  const TemporaryFolder folder;
  const Dataset data = made_dataset(folder, {{"hot", {"C"}, 4, 6}, {"cold", {"C"}, 4, 6}});
  const Recipe recipe = parse_recipe(
      "data: [{file: x}]\nbasis: {order: {pair: 3}, pairs: {C-C: {inner: 1, outer: 3, lambda: 1.4}}}\nsolver: " + solver +
          "\nblocks: [{name: C}]\n",
      "r.yaml", "");
  return run_fit(recipe, data, all_frames(data), Communicator(), silent_observer());
}

TEST(FitReport, JsonStatesHowTheStepWasSolved) {
  const nlohmann::json step = nlohmann::json::parse(fit_summary_json(fit_with("{strength: 1e-3}"))).at("steps").at(0);
  EXPECT_EQ(step.at("blocks"), nlohmann::json({"C"}));
  EXPECT_EQ(step.at("frozen"), false);
  EXPECT_EQ(step.at("frames"), 12);
  EXPECT_EQ(step.at("rows").at("force"), 12 * 12);
  EXPECT_EQ(step.at("rows").at("stress"), 12 * 6);
  EXPECT_EQ(step.at("rows").at("energy"), 12);
  const nlohmann::json& solution = step.at("solution");
  EXPECT_EQ(solution.at("status"), "ok");
  EXPECT_EQ(solution.at("rows"), 12 * 19);
  EXPECT_EQ(solution.at("columns"), 4);
  EXPECT_EQ(solution.at("rank"), 4);
  EXPECT_GE(solution.at("condition"), 1.0);
  EXPECT_EQ(solution.at("lambda"), 1e-3);
  EXPECT_EQ(solution.at("lambda_how"), "given");
  EXPECT_GT(solution.at("rms_weighted"), 0.0);
  const nlohmann::json& hot = step.at("target").at("hot");
  EXPECT_EQ(hot.at("force_components"), 6 * 12);
  EXPECT_EQ(hot.at("ratio"), 1.0);
  EXPECT_EQ(hot.at("reference_force_rms_ev_per_angstrom"), hot.at("target_force_rms_ev_per_angstrom"));
}

/// JSON has no infinity, and a reader must not take a missing number for zero.
TEST(FitReport, AnInfiniteConditionIsNull) {
  FitResult result = fit_with("{strength: 1e-3}");
  result.steps[0].solution.summary.condition = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(nlohmann::json::parse(fit_summary_json(result)).at("steps").at(0).at("solution").at("condition").is_null());
}

TEST(FitReport, TextNamesTheBlockAndWarnsOfLargerTargets) {
  FitResult result = fit_with("{strength: 1e-3}");
  EXPECT_EQ(fit_summary_text(result).find("larger than the reference"), std::string::npos);
  Structure frame;
  frame.label = "molten";
  frame.species = testing::elements({"C"});
  frame.forces = {Eigen::Vector3d(1, 0, 0)};
  Target target;
  target.forces = {Eigen::Vector3d(3, 0, 0)};
  result.steps[0].residual.add(frame, target);
  StepReport& frozen = *result.steps.emplace(result.steps.begin());
  frozen.blocks = {"N"};
  frozen.frozen = true;
  const std::string text = fit_summary_text(result);
  EXPECT_EQ(text.rfind("block N: frozen\nblock C: 228 rows, 4 columns, rank 4, condition ", 0), 0u) << text;
  EXPECT_NE(text.find("molten: what the earlier blocks leave is larger than the reference itself (3.00 times the force rms)"),
            std::string::npos)
      << text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size(); start = text.find('\n', start) + 1)
    lines.push_back(text.substr(start, text.find('\n', start) - start));
  return lines;
}

TEST(FitReport, PathHasALineForEachStrength) {
  EXPECT_EQ(path_csv(fit_with("{strength: 1e-3}").steps[0]), "") << "a given strength has no path";
  const auto gcv = lines_of(path_csv(fit_with("{strength: gcv, grid: {points: 5}}").steps[0]));
  ASSERT_EQ(gcv.size(), 6u);
  EXPECT_EQ(gcv[0], "lambda,degrees_of_freedom,residual_norm,gcv");
  const auto groups = lines_of(path_csv(fit_with("{strength: groups, folds: 2, grid: {points: 5}}").steps[0]));
  ASSERT_EQ(groups.size(), 6u);
  EXPECT_EQ(groups[0], gcv[0] + ",group_out_mean_square,standard_error,group_0_mean_square,group_1_mean_square");
  EXPECT_EQ(groups[1].rfind("1e-08,", 0), 0u) << groups[1];
  EXPECT_EQ(std::count(groups[5].begin(), groups[5].end(), ','), 7);
}

}  // namespace
}  // namespace carillon
