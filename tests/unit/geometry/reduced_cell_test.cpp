#include "carillon/geometry/reduced_cell.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <random>

#include "carillon/core/error.hpp"
#include "unit/geometry/random_structure.hpp"

namespace carillon {
namespace {

/// A random cell, then multiplied by a random integer matrix of determinant 1: the same lattice, badly described.
Cell disguised(std::mt19937_64& engine, int strength) {
  Cell cell = testing::random_structure(engine, 1, 5.0, 0.2, {true, true, true}).cell;
  std::uniform_int_distribution<int> step(-strength, strength);
  for (int round = 0; round < 3; ++round) {
    for (int d = 0; d < 3; ++d) cell.vectors.row(d) += step(engine) * cell.vectors.row((d + 1) % 3);
  }
  return cell;
}

TEST(ReducedCell, IdentityTheLatticeIsTheSame) {
  std::mt19937_64 engine(11);
  for (int k = 0; k < 200; ++k) {
    const Cell cell = disguised(engine, 2);
    const ReducedCell reduced = reduced_cell(cell);
    EXPECT_NEAR(std::abs(reduced.combination.cast<double>().determinant()), 1, 1e-6);
    EXPECT_LT((reduced.combination.cast<double>() * cell.vectors - reduced.vectors).norm(), 1e-10);
  }
}

TEST(ReducedCell, IdentityTheVectorsAreShort) {
  // Semaev: no sum or difference of two or three of the reduced vectors is shorter than the longest that takes part.
  std::mt19937_64 engine(12);
  for (int k = 0; k < 200; ++k) {
    const Eigen::Matrix3d v = reduced_cell(disguised(engine, 2)).vectors;
    for (int a = -1; a <= 1; ++a) {
      for (int b = -1; b <= 1; ++b) {
        for (int c = -1; c <= 1; ++c) {
          const Eigen::RowVector3d n(a, b, c);
          double longest = 0;
          for (int d = 0; d < 3; ++d) longest = std::max(longest, std::abs(n[d]) * v.row(d).norm());
          EXPECT_GE((n * v).norm(), longest * (1 - 1e-9));
        }
      }
    }
  }
}

TEST(ReducedCell, ThreeVectorsAlmostInAPlane) {
  // All pairs at 120 degrees are reduced pair by pair, yet a + b + c is short: only the three-dimensional step finds it.
  Cell cell;
  cell.periodic = {true, true, true};
  cell.vectors << 1, 0, 0.01, -0.5, std::sqrt(0.75), 0.01, -0.5, -std::sqrt(0.75), 0.01;
  const ReducedCell reduced = reduced_cell(cell);
  EXPECT_NEAR(reduced.vectors.rowwise().norm().minCoeff(), 0.03, 1e-12);
}

TEST(ReducedCell, OpenDirectionsAreOrthogonalUnits) {
  Cell cell;
  cell.periodic = {true, false, true};
  cell.vectors << 3, 1, 0, 1, 1, 1, 13, 5, 2;
  const Eigen::Matrix3d v = reduced_cell(cell).vectors;
  EXPECT_NEAR(v.row(1).norm(), 1, 1e-14);
  EXPECT_NEAR(v.row(1).dot(v.row(0)), 0, 1e-14);
  EXPECT_NEAR(v.row(1).dot(v.row(2)), 0, 1e-14);
  EXPECT_EQ(reduced_cell(cell).combination.row(1), Eigen::RowVector3i::Zero());
  EXPECT_TRUE(reduced_cell(Cell{}).vectors.isIdentity(1e-15));
}

TEST(ReducedCell, RefusesFlatAndBrokenCells) {
  Cell cell;
  cell.periodic = {true, true, true};
  EXPECT_THROW(reduced_cell(cell), DomainError);
  cell.vectors << 1, 0, 0, 0, 1, 0, 1, 1, 0;
  EXPECT_THROW(reduced_cell(cell), DomainError);
  cell.vectors(2, 2) = std::nan("");
  EXPECT_THROW(reduced_cell(cell), DomainError);
  cell.vectors << 1, 0, 0, 1e7, 1, 0, 0, 0, 1;
  EXPECT_THROW(reduced_cell(cell), DomainError);
}

}  // namespace
}  // namespace carillon
