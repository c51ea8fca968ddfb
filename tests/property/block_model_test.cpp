// Physics every block model has to obey: derivatives, invariances, additivity.

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <cmath>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/design/structure_rows.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::random_basis;
using testing::random_coefficients;
using testing::random_structure;

double largest_force(const Prediction& prediction) {
  double largest = 0;
  for (const Eigen::Vector3d& force : prediction.forces) largest = std::max(largest, force.cwiseAbs().maxCoeff());
  return largest;
}

/// Fourth-order central difference: error h⁴ f⁽⁵⁾/30 + epsilon E/h, about 1e-9 of the scale for h = 1e-3 Å.
template <class Function>
double derivative(Function function, double h) {
  return (8 * (function(h) - function(-h)) - (function(2 * h) - function(-2 * h))) / (12 * h);
}

class BlockModel : public ::testing::TestWithParam<std::tuple<CoordinateKind, SmoothingKind, double>> {
protected:
  Structure structure_ = random_structure(elements({"C", "N"}), 8, 4.6, std::get<2>(GetParam()), 3);
  BasisSet basis_ = random_basis(elements({"C", "N"}), {.form = {std::get<0>(GetParam()), {std::get<1>(GetParam()), 0.6}, BelowInner::smooth}});
  ChimesPotential potential_{basis_, random_coefficients(basis_, 7)};
};

TEST_P(BlockModel, ForcesEqualFiniteDifferences) {
  const Prediction prediction = potential_.evaluate(structure_);
  for (std::size_t atom = 0; atom < structure_.size(); ++atom)
    for (int axis = 0; axis < 3; ++axis) {
      const double slope = derivative(
          [&](double h) {
            Structure moved = structure_;
            moved.positions[atom][axis] += h;
            return potential_.evaluate(moved).energy;
          },
          5e-4);
      EXPECT_NEAR(prediction.forces[atom][axis], -slope, 1e-7 * largest_force(prediction));
    }
}

TEST_P(BlockModel, StressEqualsFiniteDifferences) {
  const Prediction prediction = potential_.evaluate(structure_);
  const double scale = prediction.stress.cwiseAbs().maxCoeff();
  EXPECT_NEAR((prediction.stress - prediction.stress.transpose()).cwiseAbs().maxCoeff(), 0, 1e-13 * scale);
  for (int v = 0; v < 6; ++v) {
    const double slope = derivative(
        [&](double h) {
          Eigen::Matrix3d strain = Eigen::Matrix3d::Identity();
          strain(voigt_row[v], voigt_column[v]) += 0.5 * h;
          strain(voigt_column[v], voigt_row[v]) += 0.5 * h;
          Structure strained = structure_;
          strained.cell.vectors = structure_.cell.vectors * strain;
          for (Eigen::Vector3d& position : strained.positions) position = strain * position;
          return potential_.evaluate(strained).energy;
        },
        2e-4);
    EXPECT_NEAR(prediction.stress(voigt_row[v], voigt_column[v]), slope / structure_.cell.volume(), 1e-7 * scale);
  }
}

TEST_P(BlockModel, RowsTimesCoefficientsEqualThePrediction) {
  const std::vector<double> coefficients = random_coefficients(basis_, 7);
  const Prediction prediction = potential_.evaluate(structure_);
  const StructureRows rows = reference_rows(basis_, structure_);
  const auto contract = [&](std::size_t row) {
    double sum = 0;
    for (std::size_t c = 0; c < coefficients.size(); ++c) sum += rows.row(row)[c] * coefficients[c];
    return sum;
  };
  for (std::size_t atom = 0; atom < structure_.size(); ++atom)
    for (int axis = 0; axis < 3; ++axis)
      EXPECT_NEAR(contract(3 * atom + static_cast<std::size_t>(axis)), prediction.forces[atom][axis], 1e-11 * largest_force(prediction));
  for (int v = 0; v < 6; ++v)
    EXPECT_NEAR(contract(3 * structure_.size() + static_cast<std::size_t>(v)), prediction.stress(voigt_row[v], voigt_column[v]),
                1e-11 * prediction.stress.cwiseAbs().maxCoeff());
  EXPECT_NEAR(contract(3 * structure_.size() + 6), prediction.energy, 1e-11 * std::abs(prediction.energy));
}

TEST_P(BlockModel, EnergyIsInvariantAndForcesTurnWithTheStructure) {
  const Prediction before = potential_.evaluate(structure_);
  const Eigen::Matrix3d rotation = Eigen::AngleAxisd(0.83, Eigen::Vector3d(1, -2, 0.5).normalized()).toRotationMatrix();
  Structure turned = structure_;
  turned.cell.vectors = structure_.cell.vectors * rotation.transpose();
  for (Eigen::Vector3d& position : turned.positions) position = rotation * position + Eigen::Vector3d(1.3, -7, 22);
  std::reverse(turned.positions.begin(), turned.positions.end());
  std::reverse(turned.species.begin(), turned.species.end());
  const Prediction after = potential_.evaluate(turned);
  EXPECT_NEAR(after.energy, before.energy, 1e-11 * std::abs(before.energy));
  for (std::size_t i = 0; i < structure_.size(); ++i)
    EXPECT_NEAR((after.forces[structure_.size() - 1 - i] - rotation * before.forces[i]).norm(), 0, 1e-10 * largest_force(before));
  EXPECT_NEAR((after.stress - rotation * before.stress * rotation.transpose()).norm(), 0, 1e-10 * before.stress.norm());
}

TEST_P(BlockModel, SupercellHasTheSameEnergyPerAtomAndStress) {
  const Prediction small = potential_.evaluate(structure_);
  Structure large = structure_;
  large.cell.vectors.row(1) *= 2;
  large.positions.clear();
  large.species.clear();
  for (int copy = 0; copy < 2; ++copy)
    for (std::size_t i = 0; i < structure_.size(); ++i) {
      large.species.push_back(structure_.species[i]);
      large.positions.push_back(structure_.positions[i] + copy * structure_.cell.vectors.row(1).transpose());
    }
  const Prediction doubled = potential_.evaluate(large);
  EXPECT_NEAR(doubled.energy, 2 * small.energy, 1e-11 * std::abs(doubled.energy));
  EXPECT_NEAR((doubled.stress - small.stress).norm(), 0, 1e-10 * small.stress.norm());
  for (std::size_t i = 0; i < large.size(); ++i)
    EXPECT_NEAR((doubled.forces[i] - small.forces[i % structure_.size()]).norm(), 0, 1e-10 * largest_force(small));
}

TEST_P(BlockModel, ResultDoesNotDependOnTheNumberOfThreads) {
  const int before = threads();
  set_threads(1);
  const Prediction one = potential_.evaluate(structure_);
  set_threads(3);
  const Prediction three = potential_.evaluate(structure_);
  set_threads(before);
  EXPECT_EQ(one.energy, three.energy);
  for (std::size_t i = 0; i < structure_.size(); ++i) EXPECT_EQ(one.forces[i], three.forces[i]);
  EXPECT_EQ(one.stress, three.stress);
}

// Closest distances of 1.25 Å keep all pairs above the inner cutoff (1.1-1.14 Å); 1.0 Å puts some below it.
INSTANTIATE_TEST_SUITE_P(Forms, BlockModel,
                         ::testing::Combine(::testing::Values(CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct),
                                            ::testing::Values(SmoothingKind::tersoff, SmoothingKind::cubic), ::testing::Values(1.25)));
INSTANTIATE_TEST_SUITE_P(BelowInnerCutoff, BlockModel,
                         ::testing::Values(std::make_tuple(CoordinateKind::morse, SmoothingKind::tersoff, 1.0)));

TEST(BlockModels, EnergyOfBlocksTogetherIsTheSumOfTheirEnergies) {
  const auto cn = elements({"C", "N"});
  const Structure structure = random_structure(cn, 10, 5, 1.2, 5);
  const BasisSet basis = random_basis(cn);
  const std::vector<double> coefficients = random_coefficients(basis, 11);
  const Prediction whole = ChimesPotential(basis, coefficients).evaluate(structure);
  double energy = 0;
  std::vector<Eigen::Vector3d> forces(structure.size(), Eigen::Vector3d::Zero());
  const std::vector<Block> blocks = split_into_blocks(basis, coefficients, {});
  ASSERT_EQ(blocks.size(), 3u);
  for (const Block& block : blocks) {
    const Prediction part = ChimesPotential(block.basis, block.coefficients).evaluate(structure);
    energy += part.energy;
    for (std::size_t i = 0; i < structure.size(); ++i) forces[i] += part.forces[i];
  }
  EXPECT_NEAR(energy, whole.energy, 1e-10 * std::abs(whole.energy));
  for (std::size_t i = 0; i < structure.size(); ++i) EXPECT_NEAR((forces[i] - whole.forces[i]).norm(), 0, 1e-10 * largest_force(whole));
}

TEST(BlockModels, UnknownElementIsRefusedWithTheAtom) {
  Hierarchy hierarchy;
  const auto carbon = elements({"C"});
  const BasisSet basis = random_basis(carbon);
  hierarchy = compose(split_into_blocks(basis, random_coefficients(basis, 1), {}));
  Structure structure = random_structure(elements({"C", "H"}), 4, 5, 1.5, 1);
  structure.origin = {"some.extxyz", 12, 3, -1};
  try {
    ChimesPotential(hierarchy).evaluate(structure);
    FAIL() << "an H atom was accepted by a carbon model";
  } catch (const InputError& problem) {
    EXPECT_NE(std::string(problem.what()).find("some.extxyz:12: frame 3, atom 1: element H"), std::string::npos) << problem.what();
  }
}

}  // namespace
}  // namespace carillon
