#include "carillon/data/density_outliers.hpp"

#include <gtest/gtest.h>

#include "audited_frames.hpp"

namespace carillon {
namespace {

using testing::dataset_of;
using testing::labelled_frame;
using testing::TemporaryFolder;

std::vector<Structure> frames_of(const std::string& label, const std::vector<double>& edges) {
  std::vector<Structure> frames;
  unsigned seed = 1;
  for (const double edge : edges) {
    frames.push_back(labelled_frame({"C", "C", "C", "C"}, seed++, label));
    frames.back().cell.vectors = edge * Eigen::Matrix3d::Identity();
  }
  return frames;
}

std::vector<Finding> findings_of(const std::vector<Structure>& frames) {
  const TemporaryFolder folder;
  const Dataset data = dataset_of(folder, frames);
  return find_density_outliers(data, testing::facts_of(data));
}

TEST(DensityOutliers, DensitiesInNames) {
  EXPECT_EQ(density_in_name("C_3.5gcc_6000K"), 3.5);
  EXPECT_EQ(density_in_name("liquid 2.0 g/cm3"), 2.0);
  EXPECT_EQ(density_in_name("20.3percN_3.5gcc"), 3.5);
  EXPECT_EQ(density_in_name("HN3 2 g/cc"), 2.0);
  EXPECT_EQ(density_in_name("6000K"), std::nullopt);
  EXPECT_EQ(density_in_name("3.5 gallons"), std::nullopt);
}

TEST(DensityOutliers, EqualCellsGiveNothing) { EXPECT_TRUE(findings_of(frames_of("liquid", {6, 6, 6, 6})).empty()); }

TEST(DensityOutliers, TheOddCellAmongEqualOnesIsAnError) {
  const auto findings = findings_of(frames_of("liquid", {6, 6, 6.2, 6}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].where.frame, 2);
  EXPECT_EQ(findings[0].severity, Severity::error);
}

TEST(DensityOutliers, AmongCellsThatVaryItTakesMore) {
  EXPECT_TRUE(findings_of(frames_of("npt", {5.9, 5.95, 6, 6.05, 6.1, 6.2})).empty());
  const auto findings = findings_of(frames_of("npt", {5.9, 5.95, 6, 6.05, 6.1, 8}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
}

TEST(DensityOutliers, ALabelOfSeveralVolumesIsNone) {
  const auto one = findings_of(frames_of("strained", {6, 6, 6, 6.02, 6.5}));
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].severity, Severity::warning) << "cells of this label do vary";
  EXPECT_TRUE(findings_of(frames_of("strained", {6, 6, 6, 6, 6.5, 5.5})).empty());
}

TEST(DensityOutliers, TheNameIsHeldAgainstTheCells) {
  // 4 C in (6 Å)³: 0.3694 g/cm³.
  EXPECT_TRUE(findings_of(frames_of("C_0.37gcc", {6, 6, 6})).empty());
  EXPECT_TRUE(findings_of(frames_of("C_0.4gcc", {6, 6, 6})).empty()) << "rounded";
  EXPECT_EQ(findings_of(frames_of("C_0.40gcc", {6, 6, 6})).at(0).severity, Severity::warning);
  EXPECT_EQ(findings_of(frames_of("C_3.5gcc", {6, 6, 6})).at(0).severity, Severity::error);
}

}  // namespace
}  // namespace carillon
