#include "carillon/data/energy_outliers.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "audited_frames.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

using testing::dataset_of;
using testing::labelled_frame;
using testing::TemporaryFolder;

/// Twelve frames of two labels; energies about -10 eV an atom, which scatter by 1 eV a frame (0.17 eV/atom).
std::vector<Structure> twelve_frames() {
  std::vector<Structure> frames;
  for (unsigned seed = 1; seed <= 12; ++seed)
    frames.push_back(labelled_frame({"C", "C", "N", "N", "N", "N"}, seed, seed % 2 == 0 ? "hot" : "cold"));
  return frames;
}

std::vector<Finding> findings_of(const std::vector<Structure>& frames) {
  const TemporaryFolder folder;
  const Dataset data = dataset_of(folder, frames);
  const auto facts = testing::facts_of(data);
  return find_energy_outliers(data, facts, fit_energy_offsets(facts));
}

TEST(EnergyOutliers, NormalScatterGivesNothing) { EXPECT_TRUE(findings_of(twelve_frames()).empty()); }

TEST(EnergyOutliers, AFrameThatStandsOutOfItsLabel) {
  auto frames = twelve_frames();
  *frames[7].energy += 6 * 2;
  const auto findings = findings_of(frames);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].where.frame, 7);
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_NE(findings[0].message.find("off the median of label hot"), std::string::npos) << findings[0].message;
}

TEST(EnergyOutliers, SigmaOfSmallLabelsIsNotTakenTooSmall) {
  // Normal energies in labels of three frames: 600 of them, 8 sigma off none. Medians among the deviations would halve sigma.
  std::vector<Structure> frames;
  for (unsigned seed = 1; seed <= 600; ++seed)
    frames.push_back(labelled_frame({"C", "C", "N", "N"}, seed, "state " + std::to_string(seed / 3)));
  EXPECT_TRUE(findings_of(frames).empty());
}

TEST(EnergyOutliers, WhatMayBeAnotherStateIsAWarning) {
  std::vector<Structure> frames;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    frames.push_back(labelled_frame({"C", "C", "N", "N", "N", "N"}, seed));
    *frames.back().energy = -60 + 0.1 * (seed % 5);
  }
  for (const double deviation : {1.4, -1.4, 1.6, -1.6}) {  // eV/atom
    auto odd = frames;
    *odd[4].energy = -60 + 6 * deviation;
    const auto findings = findings_of(odd);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].severity, std::abs(deviation) < 1.5 ? Severity::warning : Severity::error) << findings[0].message;
  }
}

TEST(EnergyOutliers, AWholeLabelInAnotherUnit) {
  auto frames = twelve_frames();
  for (unsigned seed = 20; seed < 22; ++seed) {
    frames.push_back(labelled_frame({"C", "C", "N", "N", "N", "N"}, seed, "other code"));
    *frames.back().energy *= 2 / units::hartree_to_ev;
  }
  const auto findings = findings_of(frames);
  ASSERT_EQ(findings.size(), 2u);
  for (const Finding& finding : findings)
    EXPECT_NE(finding.message.find("near what it should be in Rydberg"), std::string::npos) << finding.message;
}

TEST(EnergyOutliers, UnboundAtomsAreAWarning) {
  auto frames = twelve_frames();
  frames.push_back(labelled_frame({"C", "C", "N", "N", "N", "N"}, 30, "gas"));
  frames.back().cell.vectors *= 5;
  *frames.back().energy += 6 * 7;
  const auto findings = findings_of(frames);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
}

}  // namespace
}  // namespace carillon
