#include "carillon/data/repeated_labels.hpp"

#include <gtest/gtest.h>

#include "audited_frames.hpp"

namespace carillon {
namespace {

using testing::dataset_of;
using testing::facts_of;
using testing::labelled_frame;
using testing::TemporaryFolder;

std::vector<Structure> four_frames() {
  std::vector<Structure> frames;
  for (unsigned seed = 1; seed <= 4; ++seed) frames.push_back(labelled_frame({"C", "N", "N"}, seed));
  return frames;
}

std::vector<Finding> findings_of(const std::vector<Structure>& frames, std::vector<long> duplicate_of = {-1, -1, -1, -1}) {
  const TemporaryFolder folder;
  const Dataset data = dataset_of(folder, frames);
  return find_repeated_labels(data, facts_of(data), duplicate_of);
}

TEST(RepeatedLabels, OwnLabelsGiveNothing) { EXPECT_TRUE(findings_of(four_frames()).empty()); }

TEST(RepeatedLabels, ForcesAndStressesOfAnyOtherFrameAreNamed) {
  auto frames = four_frames();
  frames[3].forces = frames[0].forces;
  frames[2].stress = frames[1].stress;
  const auto findings = findings_of(frames);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].where.frame, 3);
  EXPECT_NE(findings[0].message.find("the forces are exactly those of"), std::string::npos);
  EXPECT_NE(findings[0].message.find("frame 0, which is another structure"), std::string::npos);
  EXPECT_EQ(findings[1].where.frame, 2);
}

TEST(RepeatedLabels, EnergiesOnlyInFramesThatFollowEachOther) {
  auto frames = four_frames();
  frames[3].energy = frames[1].energy;
  EXPECT_TRUE(findings_of(frames).empty());
  frames[2].energy = frames[1].energy;
  EXPECT_EQ(findings_of(frames).size(), 2u);
}

TEST(RepeatedLabels, DuplicatesAndZerosAreOthersMatter) {
  auto frames = four_frames();
  frames[3].forces = frames[2].forces;
  frames[3].energy = frames[2].energy;
  EXPECT_TRUE(findings_of(frames, {-1, -1, -1, 2}).empty());
  frames = four_frames();
  for (Structure& frame : frames) frame.stress->setZero();
  EXPECT_TRUE(findings_of(frames).empty());
}

TEST(RepeatedLabels, SymmetricFramesMayShareThem) {
  auto frames = four_frames();
  for (Structure& frame : frames) {
    frame.energy = -20;
    for (Eigen::Vector3d& force : *frame.forces) force.x() = 0;
  }
  EXPECT_TRUE(findings_of(frames).empty());
}

}  // namespace
}  // namespace carillon
