// Golden: the C-N cross block on the published C and N blocks, fitted by the program from the shipped recipe, against the error
// that the block has to reach on frames it has not seen. The one slow test: 3,747 unknowns, about a minute on two cores.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "carillon/api/open_potential.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::shared_data;
using testing::TemporaryFolder;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

nlohmann::json json_of(const std::string& path) { return nlohmann::json::parse(text_of(path)); }

TEST(CarbonNitrogenFit, CrossBlockReachesThePublishedAccuracyAndSaysHowItWasSolved) {
  CARILLON_SKIP_WITHOUT(shared_data("cn/20.3percN_3.5gcc.xyzf"));
  const TemporaryFolder folder;
  const std::string result = folder.path("result");
  const std::string output = folder.path("output");
  const std::string command =
      std::string("'" CARILLON_PROGRAM "' fit '" CARILLON_SOURCE_DIR "/fits/carbon-nitrogen.yaml' --no-plots -o '") + result +
      "' > '" + output + "' 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << text_of(output);

  const nlohmann::json test = json_of(result + "/metrics.json").at("test").at("all");
  EXPECT_EQ(test.at("frames"), 4);
  const double force_rmse = test.at("force_rmse_kcal_per_mol_per_angstrom");
  RecordProperty("test_force_rmse_kcal_per_mol_per_angstrom", std::to_string(force_rmse));
  EXPECT_LE(force_rmse, 20.6);

  const nlohmann::json steps = json_of(result + "/summary.json").at("steps");
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].at("frozen"), true);
  EXPECT_EQ(steps[1].at("frozen"), true);
  const nlohmann::json& solution = steps[2].at("solution");
  EXPECT_EQ(steps[2].at("blocks"), nlohmann::json({"C-N"}));
  EXPECT_EQ(solution.at("columns"), 3747);
  EXPECT_EQ(solution.at("rows"), 16 * (3 * 216 + 6 + 1));
  EXPECT_EQ(solution.at("status"), "ok") << solution.at("message");
  // Beyond double precision some combinations of the four-body terms are not told apart by these frames: the rank is a number
  // that the summary has to state, whatever it is.
  ASSERT_TRUE(solution.at("rank").is_number_integer()) << solution.dump(2);
  EXPECT_GT(solution.at("rank"), 3000);
  EXPECT_LE(solution.at("rank"), 3747);
  ASSERT_TRUE(solution.at("condition").is_number()) << solution.dump(2);
  EXPECT_GT(solution.at("condition"), 1e6);
  EXPECT_GT(solution.at("lambda"), 0.0);
  EXPECT_FALSE(solution.at("lambda_how").get<std::string>().empty());
  RecordProperty("rank", solution.at("rank").dump());
  RecordProperty("condition", solution.at("condition").dump());
  RecordProperty("lambda", solution.at("lambda").dump());

  const auto potential = open_potential({result + "/model"});
  EXPECT_EQ(element_set_name(potential->elements()), "C-N");
}

}  // namespace
}  // namespace carillon
