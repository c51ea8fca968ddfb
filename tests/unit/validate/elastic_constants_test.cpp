#include "carillon/validate/elastic_constants.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "carillon/core/error.hpp"
#include "carillon/validate/deformation.hpp"
#include "unit/validate/model_crystals.hpp"

namespace carillon {
namespace {

using testing::diamond;
using testing::SpringNetwork;

constexpr double edge = 3.567;
constexpr double reach = 0.75 * edge;  // first and second neighbours: without the second diamond has no stiffness in shear

/// E(strain, displacements) of the crystal: 6 Voigt strains, then 3 for each atom.
double energy_at(const Potential& potential, const Structure& crystal, const Eigen::VectorXd& at) {
  Eigen::Matrix3d deformation = Eigen::Matrix3d::Identity();
  for (int v = 0; v < 6; ++v) {
    deformation(voigt_row[v], voigt_column[v]) += at[v] / 2;
    deformation(voigt_column[v], voigt_row[v]) += at[v] / 2;
  }
  Structure moved = deformed(crystal, deformation);
  for (std::size_t i = 0; i < moved.size(); ++i) moved.positions[i] += at.segment<3>(6 + 3 * static_cast<Eigen::Index>(i));
  return potential.evaluate(moved).energy;
}

/// Second derivatives of the energy by central differences.
Eigen::MatrixXd second_derivatives(const Potential& potential, const Structure& crystal) {
  constexpr double h = 1e-3;
  const auto size = static_cast<Eigen::Index>(6 + 3 * crystal.size());
  const auto at = [&](Eigen::Index i, double a, Eigen::Index j, double b) {
    Eigen::VectorXd point = Eigen::VectorXd::Zero(size);
    point[i] += a;
    point[j] += b;
    return energy_at(potential, crystal, point);
  };
  Eigen::MatrixXd out(size, size);
  for (Eigen::Index i = 0; i < size; ++i)
    for (Eigen::Index j = 0; j < size; ++j)
      out(i, j) = (at(i, h, j, h) - at(i, h, j, -h) - at(i, -h, j, h) + at(i, -h, j, -h)) / (4 * h * h);
  return out;
}

/// By another route: relaxed constants are what eliminating the displacements from the second derivatives leaves.
TEST(ElasticConstants, AgreeWithSecondDerivativesOfTheEnergy) {
  const Structure crystal = diamond(edge);
  const SpringNetwork springs(crystal, reach, 8);
  const ElasticConstants found = elastic_constants(springs, crystal);
  const Eigen::MatrixXd h = second_derivatives(springs, crystal);
  const double volume = crystal.cell.volume();
  const Eigen::MatrixXd clamped = h.topLeftCorner(6, 6) / volume;
  const Eigen::MatrixXd displacements = h.bottomRightCorner(6, 6).completeOrthogonalDecomposition().pseudoInverse();
  const Eigen::MatrixXd relaxed = clamped - h.topRightCorner(6, 6) * displacements * h.bottomLeftCorner(6, 6) / volume;
  EXPECT_TRUE(found.converged);
  // Both differences are wrong by their step squared, about 1e-5 of the value.
  const double tolerance = 1e-4 * clamped.cwiseAbs().maxCoeff();
  EXPECT_LT((found.clamped - clamped).cwiseAbs().maxCoeff(), tolerance);
  EXPECT_LT((found.relaxed - relaxed).cwiseAbs().maxCoeff(), tolerance);
  EXPECT_LT(found.relaxed(3, 3), 0.95 * found.clamped(3, 3));  // in diamond the atoms do follow
  EXPECT_GT(found.smallest, 0);
  EXPECT_LT(found.asymmetry, tolerance);
}

TEST(ElasticConstants, SeesAnUnstableCrystal) {
  const Structure crystal = diamond(edge);
  const SpringNetwork first_neighbours(crystal, 0.5 * edge, 8);  // no stiffness against some shears
  EXPECT_LT(elastic_constants(first_neighbours, crystal).smallest, 1e-3);
}

TEST(ElasticConstants, RefusesNonsense) {
  Structure crystal = diamond(edge);
  const SpringNetwork springs(crystal, reach, 8);
  EXPECT_THROW(elastic_constants(springs, crystal, {.strain = 0}), DomainError);
  crystal.cell.periodic = {true, true, false};
  EXPECT_THROW(elastic_constants(springs, crystal), ShapeError);
}

TEST(RestingCrystal, IsFoundFromBothSides) {
  const SpringNetwork springs(diamond(edge), reach, 8);
  for (const double ratio : {0.93, 1.0, 1.06}) {
    const RestingCrystal found = without_pressure(springs, diamond(ratio * edge));
    EXPECT_TRUE(found.converged);
    EXPECT_NEAR(found.length_ratio * ratio, 1, 1e-5);
  }
}

TEST(RestingCrystal, SaysWhenThereIsNone) {
  const SpringNetwork springs(diamond(edge), reach, 8);
  EXPECT_FALSE(without_pressure(springs, diamond(2 * edge)).converged);
}

TEST(Relaxation, BringsDisplacedAtomsBack) {
  Structure crystal = diamond(edge);
  const SpringNetwork springs(crystal, reach, 8);
  const Eigen::Vector3d bond = crystal.positions[1] - crystal.positions[0];
  crystal.positions[1] += Eigen::Vector3d(0.2, -0.1, 0.15);
  const Relaxation found = relax_positions(springs, crystal, {.force = 1e-6});
  EXPECT_TRUE(found.converged);
  EXPECT_LT((found.structure.positions[1] - found.structure.positions[0] - bond).norm(), 1e-5);
  EXPECT_LT(found.steps, 60);
  EXPECT_FALSE(relax_positions(springs, crystal, {.force = 1e-6, .steps = 2}).converged);
}

}  // namespace
}  // namespace carillon
