#include "carillon/design/assemble.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/random_models.hpp"

namespace carillon {
namespace {

using testing::elements;

constexpr std::size_t columns = 2;

/// Two atoms with labels that tell from which row they are: forces 1..6, stress 11..16 in Voigt order, energy 21.
Structure labelled() {
  Structure structure;
  structure.label = "hot";
  structure.species = elements({"C", "N"});
  structure.positions.assign(2, Eigen::Vector3d::Zero());
  structure.cell.vectors = 2 * Eigen::Matrix3d::Identity();
  structure.cell.periodic = {true, true, true};
  structure.forces = {Eigen::Vector3d(1, 2, 3), Eigen::Vector3d(4, 5, 6)};
  structure.stress.emplace();
  for (int v = 0; v < 6; ++v)
    (*structure.stress)(voigt_row[v], voigt_column[v]) = (*structure.stress)(voigt_column[v], voigt_row[v]) = 11 + v;
  structure.energy = 21;
  return structure;
}

/// Row r holds 100 + r and 200 + r.
StructureRows numbered_rows() {
  StructureRows rows(2, columns);
  for (std::size_t r = 0; r < rows.rows(); ++r)
    for (std::size_t c = 0; c < columns; ++c) rows.row(r)[c] = static_cast<double>(100 * (c + 1) + r);
  return rows;
}

Target target_of(const Structure& structure) { return {structure.energy, structure.forces, structure.stress}; }

std::vector<double> right_hand_side(const WeightedRows& rows) {
  std::vector<double> out;
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows.counts.total()); ++r)
    out.push_back(rows.values[r * (columns + 1) + columns]);
  return out;
}

TEST(Assemble, ForcesThenStressThenEnergyEachWithItsTarget) {
  const Structure structure = labelled();
  const WeightedRows out = assemble(structure, numbered_rows(), target_of(structure), {});
  EXPECT_EQ(out.counts.force, 6);
  EXPECT_EQ(out.counts.stress, 6);
  EXPECT_EQ(out.counts.energy, 1);
  ASSERT_EQ(out.values.size(), 13 * (columns + 1));
  EXPECT_EQ(right_hand_side(out), (std::vector<double>{1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 21}));
  for (std::size_t r = 0; r < 13; ++r) {
    EXPECT_EQ(out.values[r * (columns + 1)], 100 + static_cast<double>(r));
    EXPECT_EQ(out.values[r * (columns + 1) + 1], 200 + static_cast<double>(r));
  }
}

/// Both sides of a row are multiplied, so that weights do not move an exact solution.
TEST(Assemble, FactorsMultiplyTheWholeRow) {
  const Structure structure = labelled();
  const Weights weights{
      .force = 2, .energy = 3, .stress = 5, .energy_multiplicity = 4, .shear_multiplicity = 9, .labels = {{"hot", 0.5}}};
  const WeightedRows out = assemble(structure, numbered_rows(), target_of(structure), weights);
  EXPECT_EQ(right_hand_side(out), (std::vector<double>{1, 2, 3, 4, 5, 6, 27.5, 30, 32.5, 105, 112.5, 120, 63}));
  EXPECT_EQ(out.values[0], 100);
  EXPECT_EQ(out.values[9 * (columns + 1)], 7.5 * 109);
  EXPECT_EQ(out.values[12 * (columns + 1)], 3 * 112);
}

TEST(Assemble, RowsWithoutATargetOrWeightAreLeftOut) {
  const Structure structure = labelled();
  Target target = target_of(structure);
  target.stress.reset();
  EXPECT_EQ(right_hand_side(assemble(structure, numbered_rows(), target, {})), (std::vector<double>{1, 2, 3, 4, 5, 6, 21}));
  target.forces.reset();
  EXPECT_EQ(right_hand_side(assemble(structure, numbered_rows(), target, {})), (std::vector<double>{21}));
  const Weights no_forces{.force = 0, .energy = 0, .labels = {}};
  EXPECT_EQ(right_hand_side(assemble(structure, numbered_rows(), target_of(structure), no_forces)),
            (std::vector<double>{11, 12, 13, 14, 15, 16}));
  EXPECT_TRUE(assemble(structure, numbered_rows(), {}, {}).values.empty());
}

/// A source that holds only the diagonal says nothing of shear: no rows with a target of zero.
TEST(Assemble, ADiagonalStressGivesThreeRows) {
  Structure structure = labelled();
  structure.stress_is_diagonal = true;
  EXPECT_EQ(right_hand_side(assemble(structure, numbered_rows(), target_of(structure), {})),
            (std::vector<double>{1, 2, 3, 4, 5, 6, 11, 12, 13, 21}));
}

TEST(Assemble, CountsAreKnownBeforehand) {
  const Weights all;
  const FrameLabels frame{"hot", 7, true, true, 6};
  EXPECT_EQ(count_rows(frame, all).total(), 28);
  EXPECT_EQ(count_rows({"hot", 7, true, true, 3}, all).stress, 3);
  EXPECT_EQ(count_rows({"hot", 7, false, true, 0}, all).total(), 21);
  EXPECT_EQ(count_rows(frame, Weights{.force = 0, .labels = {}}).total(), 7);
  EXPECT_EQ(count_rows(frame, Weights{.energy = 0, .labels = {}}).total(), 27);
  EXPECT_EQ(count_rows(frame, Weights{.stress = 0, .labels = {}}).total(), 22);
}

/// Rows of zeros would count as data: in the number of rows, in the variance, in a fold that is left out.
TEST(Assemble, AStatePointOfWeightZeroHasNoRows) {
  const Structure structure = labelled();
  const Weights silent{.labels = {{"hot", 0}}};
  const WeightedRows out = assemble(structure, numbered_rows(), target_of(structure), silent);
  EXPECT_EQ(out.counts.total(), 0);
  EXPECT_TRUE(out.values.empty());
  EXPECT_EQ(count_rows({"hot", 7, true, true, 6}, silent).total(), 0);
  EXPECT_EQ(count_rows({"cold", 7, true, true, 6}, silent).total(), 28);
}

}  // namespace
}  // namespace carillon
