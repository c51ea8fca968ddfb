#include "carillon/data/force_balance.hpp"

#include <gtest/gtest.h>

#include "audited_frames.hpp"

namespace carillon {
namespace {

using testing::labelled_frame;

Structure with_mean_force(double mean) {
  Structure frame = labelled_frame({"C", "C", "N", "N"}, 3);
  for (Eigen::Vector3d& force : *frame.forces) force.y() += mean;
  return frame;
}

TEST(ForceBalance, BalancedForcesGiveNothing) {
  for (unsigned seed = 1; seed <= 50; ++seed) EXPECT_TRUE(find_net_force(labelled_frame({"C", "C", "N"}, seed)).empty());
  Structure bare = labelled_frame({"C"}, 1);
  bare.forces.reset();
  EXPECT_TRUE(find_net_force(bare).empty());
}

TEST(ForceBalance, TheMeanForceDecides) {
  EXPECT_TRUE(find_net_force(with_mean_force(0.0049)).empty());
  const auto small = find_net_force(with_mean_force(0.0051));
  ASSERT_EQ(small.size(), 1u);
  EXPECT_EQ(small[0].severity, Severity::warning);
  EXPECT_EQ(small[0].check, "net_force");
  EXPECT_NE(small[0].message.find("their mean is 0.0051 eV/Å"), std::string::npos) << small[0].message;
  const auto large = find_net_force(with_mean_force(0.051));
  ASSERT_EQ(large.size(), 1u);
  EXPECT_EQ(large[0].severity, Severity::error);
}

TEST(ForceBalance, LessThanAThousandthOfLargeForcesIsNothing) {
  Structure frame = labelled_frame({"C", "C", "N", "N"}, 3);
  for (Eigen::Vector3d& force : *frame.forces) force *= 50;
  for (Eigen::Vector3d& force : *frame.forces) force.x() += 0.02;
  EXPECT_TRUE(find_net_force(frame).empty());
}

TEST(ForceBalance, SmallForcesAreComparedWithTheirOwnSize) {
  Structure frame = labelled_frame({"C", "C", "N", "N"}, 3);
  for (Eigen::Vector3d& force : *frame.forces) force *= 0.01;
  for (Eigen::Vector3d& force : *frame.forces) force.x() += 0.006;
  EXPECT_EQ(find_net_force(frame).at(0).severity, Severity::error);
}

}  // namespace
}  // namespace carillon
