#include "carillon/data/placeholder_labels.hpp"

#include <gtest/gtest.h>

#include "audited_frames.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

using testing::labelled_frame;

TEST(PlaceholderLabels, NumbersThatStandForNone) {
  for (const double value : {999.0, -999.0, 9999.0, 99999.0, 999.99, -9999.9, 1e5, -1e6, 1e10, 1e30, 3e12})
    EXPECT_TRUE(is_placeholder(value)) << value;
  for (const double value : {0.0, 9.0, 99.0, 99.9, 998.9, 999.1, 1000.0, -311.2, 12345.6, 99998.0, 123456.0})
    EXPECT_FALSE(is_placeholder(value)) << value;
}

TEST(PlaceholderLabels, AConversionDoesNotHideThem) {
  Structure frame = labelled_frame({"C", "C", "N"}, 1);
  frame.energy = 999 * units::kcal_per_mol_to_ev;
  EXPECT_EQ(find_placeholder_labels(frame).size(), 1u);
  frame = labelled_frame({"C", "C", "N"}, 1);
  (*frame.stress)(0, 1) = (*frame.stress)(1, 0) = 9999 * units::gpa_to_ev_per_cubic_angstrom;
  EXPECT_EQ(find_placeholder_labels(frame).size(), 1u);
}

TEST(PlaceholderLabels, SoundFramesGiveNothing) {
  for (unsigned seed = 1; seed <= 50; ++seed) EXPECT_TRUE(find_placeholder_labels(labelled_frame({"C", "N", "N"}, seed)).empty());
}

TEST(PlaceholderLabels, NamesQuantityAndAtom) {
  Structure frame = labelled_frame({"C", "C", "N"}, 1);
  frame.energy = 0;
  (*frame.forces)[2][1] = -999;
  const auto findings = find_placeholder_labels(frame);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_NE(findings[0].message.find("the energy is exactly zero"), std::string::npos);
  EXPECT_EQ(findings[1].where.atom, 2);
  EXPECT_NE(findings[1].message.find("the force y is -999"), std::string::npos);
}

TEST(PlaceholderLabels, AStressOfZerosIsAWarning) {
  Structure frame = labelled_frame({"C", "C", "N"}, 1);
  frame.stress->setZero();
  const auto findings = find_placeholder_labels(frame);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
}

TEST(PlaceholderLabels, ZerosOfAFreeAtomAreRight) {
  Structure frame = labelled_frame({"C"}, 1);
  frame.cell.vectors = 12 * Eigen::Matrix3d::Identity();
  frame.energy = 0;
  frame.stress->setZero();
  EXPECT_TRUE(find_placeholder_labels(frame).empty());
  frame.cell.vectors = 2.5 * Eigen::Matrix3d::Identity();
  EXPECT_EQ(find_placeholder_labels(frame).size(), 2u) << "a crystal of one atom";
}

}  // namespace
}  // namespace carillon
