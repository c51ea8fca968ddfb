#include "carillon/validate/metrics_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/units.hpp"
#include "unit/validate/compared_frames.hpp"

namespace carillon {
namespace {

using testing::by_hand;
using testing::Frame;
using testing::random_frame;

TEST(MetricsTable, JsonHasUnitsAndNulls) {
  const auto json = nlohmann::json::parse(metrics_json(by_hand().table()));
  EXPECT_NEAR(json["labels"][0]["energy_mean_error_mev_per_atom"].get<double>(), 100, 1e-10);
  EXPECT_NEAR(json["all"]["force_max_error_mev_per_angstrom"].get<double>(), 3000, 1e-10);
  const double ratio = json["all"]["force_rmse_kcal_per_mol_per_angstrom"].get<double>() /
                       json["all"]["force_rmse_mev_per_angstrom"].get<double>();
  EXPECT_NEAR(ratio, units::ev_to_kcal_per_mol / 1000, 1e-14);
  EXPECT_NEAR(json["all"]["stress_rmse_gpa"].get<double>(), std::sqrt(0.05) * units::ev_per_cubic_angstrom_to_gpa, 1e-12);
  EXPECT_TRUE(json["labels"][1]["energy_rmse_mev_per_atom"].is_null());
  EXPECT_EQ(json["labels"][1]["energy_count"], 0);
}

TEST(MetricsTable, CsvAndMarkdownAreRectangular) {
  std::mt19937_64 engine(34);
  Metrics metrics = by_hand();
  const Frame odd = random_frame(engine, "300 K, \"cold\" | dense", 1);
  metrics.add(3, odd.reference, odd.prediction);
  const Frame bare = random_frame(engine, "", 1);
  metrics.add(4, bare.reference, bare.prediction);
  const MetricsTable table = metrics.table();

  const std::string csv = metrics_csv(table);
  EXPECT_NE(csv.find("\n\"300 K, \"\"cold\"\" | dense\",1,1,1,3,6,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\ncold,1,1,0,3,0,,,,,,"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\nall,5,"), std::string::npos);

  std::istringstream markdown(metrics_markdown(table));
  std::string line;
  std::string last;
  std::size_t lines = 0;
  std::size_t bars = 0;
  while (std::getline(markdown, line)) {
    const auto escaped = static_cast<std::size_t>(line.find("\\|") != std::string::npos ? 1 : 0);
    const auto count = static_cast<std::size_t>(std::count(line.begin(), line.end(), '|')) - escaped;
    if (lines++ == 0) bars = count;
    EXPECT_EQ(count, bars) << line;
    last = line;
  }
  EXPECT_EQ(lines, 2U + 4 + 1);
  EXPECT_TRUE(last.starts_with("| **all** | 5 |")) << last;
  EXPECT_NE(metrics_markdown(table).find("| (none) |"), std::string::npos);
}

TEST(MetricsTable, WritesThreeFiles) {
  const auto folder = std::filesystem::temp_directory_path() / "carillon_metrics_test";
  std::filesystem::create_directories(folder);
  const MetricsTable table = by_hand().table();
  write_metrics(table, folder.string());
  EXPECT_EQ(TextFile((folder / "metrics.json").string()).text(), metrics_json(table));
  EXPECT_EQ(TextFile((folder / "metrics.csv").string()).text(), metrics_csv(table));
  EXPECT_EQ(TextFile((folder / "metrics.md").string()).text(), metrics_markdown(table));
  std::filesystem::remove_all(folder);
  EXPECT_THROW(write_metrics(table, folder.string()), FileError);
}

}  // namespace
}  // namespace carillon
