#include "carillon/fit/audit_report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "made_data.hpp"

namespace carillon {
namespace {

/// Seven frames whose stress (the identity in eV/Å³) and forces (the positions) are sound for no potential.
class AuditReportTest : public ::testing::Test {
protected:
  testing::TemporaryFolder folder_;
  Dataset data_ = testing::made_dataset(folder_, {{"made", {"C", "N"}, 6, 7}});
  AuditReport report_ = audit(data_);
};

long lines_with(const std::string& text, const std::string& words) {
  long count = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

TEST_F(AuditReportTest, ErrorsComeFirst) {
  EXPECT_TRUE(std::is_sorted(report_.findings.begin(), report_.findings.end(),
                             [](const Finding& a, const Finding& b) { return a.severity > b.severity; }));
  EXPECT_GT(report_.count(Severity::error), 0);
}

TEST_F(AuditReportTest, TextShowsFiveOfAKindAndCountsTheRest) {
  const std::string text = audit_text(data_, report_);
  EXPECT_EQ(lines_with(text, "error: net_force:"), findings_shown) << text;
  EXPECT_NE(text.find("... and 2 more findings of net_force in label made\n"), std::string::npos) << text;
  EXPECT_NE(text.find("7 frames: "), std::string::npos);
  EXPECT_EQ(text.back(), '\n');
}

TEST_F(AuditReportTest, JsonHoldsAll) {
  const nlohmann::json json = nlohmann::json::parse(audit_json(data_, report_));
  EXPECT_EQ(json["frames"], 7);
  EXPECT_EQ(json["atoms"], 42);
  EXPECT_EQ(json["findings"].size(), report_.findings.size());
  EXPECT_EQ(json["errors"].get<long>() + json["warnings"].get<long>() + json["notes"].get<long>(),
            static_cast<long>(report_.findings.size()));
  EXPECT_EQ(json["labels"][0]["label"], "made");
  EXPECT_EQ(json["labels"][0]["frames"], 7);
  EXPECT_TRUE(json["pairs"].contains("C-N"));
  EXPECT_TRUE(json["energy_offsets_ev"].contains("N"));
  for (const nlohmann::json& finding : json["findings"])
    EXPECT_TRUE(finding["check"] != "net_force" || (finding.contains("line") && finding.contains("frame"))) << finding;
}

}  // namespace
}  // namespace carillon
