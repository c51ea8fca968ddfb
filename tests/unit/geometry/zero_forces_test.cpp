#include "carillon/geometry/zero_forces.hpp"

#include <gtest/gtest.h>

#include "support/random_models.hpp"

namespace carillon {
namespace {

/// Body-centred cubic, 16 atoms, all forces zero as symmetry asks.
Structure crystal() {
  Structure frame;
  frame.cell.vectors = 6 * Eigen::Matrix3d::Identity();
  frame.cell.periodic = {true, true, true};
  for (int x = 0; x < 2; ++x)
    for (int y = 0; y < 2; ++y)
      for (int z = 0; z < 2; ++z)
        for (const double half : {0.0, 1.5}) {
          frame.species.push_back(*Element::from_symbol("C"));
          frame.positions.emplace_back(3 * x + half, 3 * y + half, 3 * z + half);
        }
  frame.forces.emplace(frame.size(), Eigen::Vector3d::Zero());
  return frame;
}

Structure liquid() {
  Structure frame = testing::random_structure(testing::elements({"C", "N"}), 12, 6, 1.2, 3);
  frame.forces.emplace(frame.positions);
  return frame;
}

std::vector<Finding> findings_of(const Structure& frame) { return find_zero_forces(frame, NeighborList(frame, 5)); }

TEST(ZeroForces, IdentityNoAsymmetryInACrystalAndSomeWithADisplacedAtom) {
  Structure frame = crystal();
  for (const Eigen::Vector3d& site : site_asymmetry(NeighborList(frame, 5))) EXPECT_LT(site.norm(), 1e-12);
  frame.positions[3].x() += 0.01;
  const auto moved = site_asymmetry(NeighborList(frame, 5));
  EXPECT_GT(std::abs(moved[3].x()), 2e-3);
  EXPECT_LT(std::abs(moved[3].y()), 1e-12);
}

TEST(ZeroForces, SymmetryExplainsThem) {
  EXPECT_TRUE(findings_of(crystal()).empty());
  EXPECT_TRUE(findings_of(liquid()).empty());
}

TEST(ZeroForces, AllZeroInALiquid) {
  Structure frame = liquid();
  for (Eigen::Vector3d& force : *frame.forces) force.setZero();
  const auto findings = findings_of(frame);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_NE(findings[0].message.find("all forces are exactly zero"), std::string::npos);
}

TEST(ZeroForces, AtomsHeldFixed) {
  Structure frame = liquid();
  (*frame.forces)[4].setZero();
  (*frame.forces)[7].setZero();
  (*frame.forces)[9].x() = 0;  // one component alone may be rounding
  const auto findings = findings_of(frame);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].where.atom, 4);
  EXPECT_NE(findings[0].message.find("and that of 1 more"), std::string::npos);
}

TEST(ZeroForces, InARelaxedStructureTheyMayBeRounding) {
  Structure frame = liquid();
  for (Eigen::Vector3d& force : *frame.forces) force = 0.04 * Eigen::Vector3d(1, -1, 1);
  (*frame.forces)[4].setZero();
  auto findings = findings_of(frame);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  for (Eigen::Vector3d& force : *frame.forces) force *= 2;
  EXPECT_EQ(findings_of(frame).at(0).severity, Severity::error);
}

TEST(ZeroForces, AnAxisHeldFixed) {
  Structure frame = liquid();
  for (Eigen::Vector3d& force : *frame.forces) force.z() = 0;
  const auto findings = findings_of(frame);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings[0].message.find("the force z of every atom"), std::string::npos);
}

}  // namespace
}  // namespace carillon
