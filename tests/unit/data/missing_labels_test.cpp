#include "carillon/data/missing_labels.hpp"

#include <gtest/gtest.h>

#include "audited_frames.hpp"

namespace carillon {
namespace {

using testing::dataset_of;
using testing::labelled_frame;
using testing::TemporaryFolder;

std::vector<Structure> four_frames() {
  std::vector<Structure> frames;
  for (unsigned seed = 1; seed <= 4; ++seed) frames.push_back(labelled_frame({"C", "N"}, seed));
  return frames;
}

std::vector<Finding> findings_of(const std::vector<Structure>& frames) {
  const TemporaryFolder folder;
  const Dataset data = dataset_of(folder, frames);
  std::vector<bool> periodic;
  for (const Structure& frame : frames) periodic.push_back(frame.cell.periodic[0]);
  return find_missing_labels(data, periodic);
}

TEST(MissingLabels, WholeFramesGiveNothing) { EXPECT_TRUE(findings_of(four_frames()).empty()); }

TEST(MissingLabels, TheOddFrameIsNamed) {
  auto frames = four_frames();
  frames[2].forces.reset();
  const auto findings = findings_of(frames);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].where.frame, 2);
  EXPECT_EQ(findings[0].message, "no forces, which 3 of the 4 frames of this file have");
}

TEST(MissingLabels, WhatFewFramesHaveIsOneNote) {
  auto frames = four_frames();
  for (int k = 0; k < 3; ++k) frames[static_cast<std::size_t>(k)].stress.reset();
  const auto findings = findings_of(frames);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::note);
  EXPECT_EQ(findings[0].message, "3 of 4 frames have no stress");
}

TEST(MissingLabels, MoleculesNeedNoStressAndADiagonalIsSaid) {
  auto frames = four_frames();
  frames[0].stress.reset();
  frames[0].cell.periodic = {false, false, false};
  frames[1].stress_is_diagonal = true;
  const auto findings = findings_of(frames);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].message, "1 frames have the diagonal of the stress only");
}

}  // namespace
}  // namespace carillon
