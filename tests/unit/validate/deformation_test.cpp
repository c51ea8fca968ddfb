#include "carillon/validate/deformation.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "carillon/core/error.hpp"
#include "unit/validate/model_crystals.hpp"

namespace carillon {
namespace {

/// Two dimers of length 1.2 Å; the second lies across the cell's boundary.
Structure two_dimers() {
  Structure structure;
  structure.cell.vectors = 8 * Eigen::Matrix3d::Identity();
  structure.cell.periodic = {true, true, true};
  structure.species.assign(4, Element::from_number(6));
  structure.positions = {{2, 2, 2}, {2, 2, 3.2}, {6, 6, 7.5}, {6, 6, 0.7}};
  structure.energy = 1.0;
  return structure;
}

TEST(Deformation, ScalesBondsAboutTheirMidpoints) {
  const Structure dimers = two_dimers();
  EXPECT_NEAR(nearest_distance(dimers), 1.2, 1e-12);
  const Structure shorter = with_scaled_bonds(dimers, 0.5);
  EXPECT_NEAR(nearest_distance(shorter), 0.6, 1e-12);
  EXPECT_NEAR((shorter.positions[0] + shorter.positions[1] - dimers.positions[0] - dimers.positions[1]).norm(), 0, 1e-12);
  EXPECT_NEAR(shorter.positions[2][2], 7.8, 1e-12);
  EXPECT_FALSE(shorter.energy);
}

TEST(Deformation, NamesAtomsWithoutAPartner) {
  Structure three = two_dimers();
  three.positions.resize(3);
  three.species.resize(3);
  EXPECT_THROW(with_scaled_bonds(three, 0.5), InputError);
}

TEST(Deformation, KeepsScaledPlaces) {
  Structure crystal = testing::diamond(3.5);
  Eigen::Matrix3d f = Eigen::Matrix3d::Identity();
  f(0, 1) = 0.1;
  f(2, 2) = 0.9;
  const Structure moved = deformed(crystal, f);
  const Eigen::Vector3d before = crystal.cell.vectors.transpose().inverse() * crystal.positions[1];
  const Eigen::Vector3d after = moved.cell.vectors.transpose().inverse() * moved.positions[1];
  EXPECT_LT((before - after).norm(), 1e-12);
  EXPECT_NEAR(moved.cell.volume(), 0.9 * crystal.cell.volume(), 1e-12);
}

}  // namespace
}  // namespace carillon
