#include "carillon/design/structure_rows.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/design/moment_rows.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::random_basis;
using testing::random_structure;

const Slot carbon_pair{1.0, 4.0, 1.4};

BasisSet pair_basis(int order) {
  return BasisSet({ClusterType(elements({"C"}), 1, {}, {}), ClusterType(elements({"C", "C"}), order, {carbon_pair}, {})});
}

Structure dimer(double distance) {
  Structure structure;
  structure.species = elements({"C", "C"});
  structure.positions = {Eigen::Vector3d::Zero(), Eigen::Vector3d(0, 0, distance)};
  return structure;
}

TEST(StructureRows, LayoutIsForcesThenStressThenEnergy) {
  StructureRows rows(3, 5);
  EXPECT_EQ(rows.rows(), 3u * 3 + 7);
  EXPECT_EQ(rows.values().size(), 16u * 5);
  rows.force(2, 1)[3] = 1;
  rows.stress(4)[3] = 2;
  rows.energy()[3] = 3;
  EXPECT_EQ(rows.row(7)[3], 1);
  EXPECT_EQ(rows.row(9 + 4)[3], 2);
  EXPECT_EQ(rows.row(15)[3], 3);
}

/// Identity: one pair's rows are its smoothed polynomials and their slopes along the axis, and a count of atoms.
TEST(StructureRows, OnePairByHand) {
  const BasisSet basis = pair_basis(3);
  for (const double distance : {0.9, 1.7, 3.9}) {
    const StructureRows rows = reference_rows(basis, dimer(distance));
    std::vector<double> values(4), slopes(4);
    basis.types()[1].evaluate_slot(0, distance, values, slopes);
    EXPECT_EQ(rows.row(12)[0], 2) << "two carbon atoms";
    for (std::size_t n = 1; n <= 3; ++n) {
      EXPECT_EQ(rows.row(12)[n], values[n]);
      EXPECT_EQ(rows.row(2)[n], slopes[n]) << "the atom at the origin is pushed along +z where the energy rises with distance";
      EXPECT_EQ(rows.row(5)[n], -slopes[n]);
      for (const std::size_t across : {0u, 1u, 3u, 4u}) EXPECT_EQ(rows.row(across)[n], 0);
      for (std::size_t v = 6; v < 12; ++v) EXPECT_EQ(rows.row(v)[n], 0) << "no cell, no stress";
    }
  }
}

TEST(StructureRows, BeyondTheOuterCutoffThereIsNothing) {
  const StructureRows rows = reference_rows(pair_basis(3), dimer(4.0));
  for (std::size_t r = 0; r < rows.rows(); ++r)
    for (std::size_t n = 1; n <= 3; ++n) EXPECT_EQ(rows.row(r)[n], 0);
}

TEST(StructureRows, OffsetsCountTheAtomsOfTheirElement) {
  const auto types = std::vector{ClusterType(elements({"C"}), 1, {}, {}), ClusterType(elements({"H"}), 1, {}, {}),
                                 ClusterType(elements({"N"}), 1, {}, {})};
  Structure structure = random_structure(elements({"C", "N", "N"}), 9, 6, 1.2, 4);
  const StructureRows rows = reference_rows(BasisSet(types), structure);
  const auto energy = rows.row(rows.rows() - 1);
  EXPECT_EQ(energy[0], 3);
  EXPECT_EQ(energy[1], 0);
  EXPECT_EQ(energy[2], 6);
}

/// The field's fitter leaves out pairs that are too close; terms of more atoms stay.
TEST(StructureRows, PairsBelowTheInnerCutoffCanBeLeftOut) {
  constexpr RowOptions skipping{.skip_pairs_below_inner = true};
  const BasisSet basis = random_basis(elements({"C"}));
  const auto pair = *basis.find(elements({"C", "C"}));
  const auto first = static_cast<std::size_t>(basis.first_column(pair));
  const auto last = first + static_cast<std::size_t>(basis.types()[pair].columns());
  Structure triangle = dimer(0.9);
  triangle.species.push_back(triangle.species[0]);
  triangle.positions.emplace_back(0, 1.6, 0.45);
  const StructureRows with = reference_rows(basis, triangle);
  const StructureRows without = reference_rows(basis, triangle, skipping);
  // What is left of the pairs are the two longer ones.
  Structure open = triangle;
  open.positions[1] *= 1000;
  const StructureRows one_side = reference_rows(basis, open);
  const std::size_t energy = with.rows() - 1;
  for (std::size_t c = 0; c < with.columns(); ++c) {
    if (c < first || c >= last)
      EXPECT_EQ(without.row(energy)[c], with.row(energy)[c]) << basis.column_name(static_cast<int>(c));
    else
      EXPECT_NEAR(without.row(energy)[c], 2 * one_side.row(energy)[c], 1e-14) << basis.column_name(static_cast<int>(c));
  }
  EXPECT_NE(without.row(energy)[first], with.row(energy)[first]);

  const StructureRows moments = MomentRows(basis, skipping).rows(triangle);
  for (std::size_t r = 0; r < with.rows(); ++r)
    for (std::size_t c = 0; c < with.columns(); ++c) EXPECT_NEAR(moments.row(r)[c], without.row(r)[c], 1e-12);
}

/// Invariance: forces on all atoms add up to nothing in every column, and stress is that of any equivalent cell.
TEST(StructureRows, ForcesOfEachColumnAddUpToZero) {
  const BasisSet basis = random_basis(elements({"C", "N"}));
  const Structure structure = random_structure(elements({"C", "N"}), 8, 4.6, 1.1, 3);
  const StructureRows rows = reference_rows(basis, structure);
  for (std::size_t c = 0; c < rows.columns(); ++c)
    for (std::size_t axis = 0; axis < 3; ++axis) {
      double sum = 0, largest = 0;
      for (std::size_t i = 0; i < structure.size(); ++i) {
        sum += rows.row(3 * i + axis)[c];
        largest = std::max(largest, std::abs(rows.row(3 * i + axis)[c]));
      }
      EXPECT_NEAR(sum, 0, 1e-12 * (1 + largest)) << basis.column_name(static_cast<int>(c));
    }
}

/// Identity: parts of a frame, in threads and alone, have the whole frame's rows.
TEST(StructureRows, PartsOfAFrameHaveItsRows) {
  const BasisSet basis = random_basis(elements({"C", "N"}));
  const Structure structure = random_structure(elements({"C", "N"}), 45, 7.5, 1.1, 3);
  const MomentRows moments(basis);
  const StructureRows whole = moments.rows(structure);
  for (const FramePart& part : {FramePart{0, 45, true}, FramePart{0, 17, false}, FramePart{17, 45, false},
                                FramePart{45, 45, true}, FramePart{9, 20, true}, FramePart{30, 30, false}}) {
    const StructureRows rows = moments.rows(structure, part);
    ASSERT_EQ(rows.atoms(), part.atoms());
    for (std::size_t c = 0; c < rows.columns(); ++c) {
      for (std::size_t i = 0; i < 3 * part.atoms(); ++i) EXPECT_EQ(rows.row(i)[c], whole.row(3 * part.begin + i)[c]);
      for (std::size_t k = 0; k < 7; ++k) {
        const double wanted = part.has_frame_rows ? whole.row(3 * 45 + k)[c] : 0.0;
        EXPECT_NEAR(rows.row(3 * part.atoms() + k)[c], wanted, 1e-12 * (1 + std::abs(wanted))) << part.begin << " row " << k;
      }
    }
  }
  EXPECT_THROW(moments.rows(structure, {0, 46, true}), ShapeError);
  EXPECT_THROW(moments.rows(structure, {3, 2, true}), ShapeError);
}

}  // namespace
}  // namespace carillon
