#include "carillon/validate/derivatives.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"
#include "carillon/geometry/neighbor_list.hpp"
#include "unit/geometry/random_structure.hpp"

namespace carillon {
namespace {

using testing::random_structure;

constexpr double rc = 4.0;

/// A pair potential exp(-r) (1 - r/rc)^6, smooth enough at the cutoff for fourth-order differences, with faults to order.
class PairPotential : public Potential {
public:
  double force_factor = 1;  // of atom 1, y
  double shear_factor = 1;  // of yz
  double energy_offset = 0;

  Prediction evaluate(const Structure& structure) const override {
    Prediction out;
    out.energy = energy_offset;
    out.forces.assign(structure.size(), Eigen::Vector3d::Zero());
    const NeighborList list(structure, rc);
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (const Neighbor& n : list.later_neighbors(i)) {
        const double f = std::pow(1 - n.distance / rc, 5);
        const double e = std::exp(-n.distance);
        out.energy += e * f * (1 - n.distance / rc);
        const double slope = -e * f * (1 - n.distance / rc) - 6 / rc * e * f;
        const Eigen::Vector3d pull = slope / n.distance * n.displacement;
        out.forces[i] += pull;
        out.forces[static_cast<std::size_t>(n.index)] -= pull;
        out.stress += pull * n.displacement.transpose();
      }
    }
    if (structure.cell.volume() > 0) out.stress /= structure.cell.volume();
    if (structure.size() > 1) out.forces[1][1] *= force_factor;
    out.stress(1, 2) *= shear_factor;
    out.stress(2, 1) *= shear_factor;
    return out;
  }
  double cutoff() const override { return rc; }
  const std::vector<Element>& elements() const override { return elements_; }
  std::string description() const override { return "a pair potential for tests"; }

private:
  std::vector<Element> elements_ = {Element::from_number(6)};
};

Structure periodic_structure() {
  std::mt19937_64 engine(41);
  return random_structure(engine, 6, 3.5, 0.4, {true, true, true});
}

// Error left: step^4 / 480 times the fifth derivative, of order 10 in these units, and epsilon |E| / step: both far below 1e-8.
constexpr double tolerance = 1e-8;

TEST(Derivatives, FiniteDifferenceOfAnExactPotential) {
  const DerivativeCheck check = check_derivatives(PairPotential{}, periodic_structure());
  EXPECT_EQ(check.force.count, 18);
  EXPECT_EQ(check.stress.count, 6);
  EXPECT_LT(check.force.relative, tolerance);
  EXPECT_LT(check.stress.relative, tolerance);
  EXPECT_GT(check.largest_relative(), 0);
}

TEST(Derivatives, WrongForcesAreFoundAndNamed) {
  PairPotential wrong;
  wrong.force_factor = 1.001;
  const Structure structure = periodic_structure();
  const DerivativeDeviation force = check_derivatives(wrong, structure).force;
  EXPECT_EQ(force.atom, 1U);
  EXPECT_EQ(force.component, 1);
  EXPECT_NEAR(force.reported / force.numerical, 1.001, 1e-6);
  EXPECT_NEAR(force.relative, std::abs(force.reported - force.numerical) / force.scale, 1e-15);
  EXPECT_GT(force.relative, 100 * tolerance);
}

TEST(Derivatives, WrongShearStressIsFoundAndNamed) {
  PairPotential wrong;
  wrong.shear_factor = 2;  // the multiplicity of shear, a usual mistake
  const DerivativeDeviation stress = check_derivatives(wrong, periodic_structure()).stress;
  EXPECT_EQ(stress.component, 3);  // Voigt yz
  EXPECT_NEAR(stress.reported / stress.numerical, 2, 1e-6);
}

TEST(Derivatives, OpenStructuresHaveNoStress) {
  std::mt19937_64 engine(42);
  Structure cluster = random_structure(engine, 4, 2.5, 0.1, {false, false, false});
  cluster.cell.vectors.setZero();
  const DerivativeCheck check = check_derivatives(PairPotential{}, cluster);
  EXPECT_EQ(check.stress.count, 0);
  EXPECT_EQ(check.force.count, 12);
  EXPECT_LT(check.largest_relative(), tolerance);
}

TEST(Derivatives, AFewAtomsCanStandForMany) {
  const Structure large = testing::supercell(periodic_structure(), 2, 1, 1);
  DerivativeOptions options;
  options.atoms = 4;
  const DerivativeCheck check = check_derivatives(PairPotential{}, large, options);
  EXPECT_EQ(check.force.count, 12);
  EXPECT_LT(check.largest_relative(), tolerance);
}

TEST(Derivatives, NanIsNotAgreement) {
  PairPotential wrong;
  wrong.force_factor = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(check_derivatives(wrong, periodic_structure()), DomainError);
  wrong.force_factor = 1;
  wrong.shear_factor = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(check_derivatives(wrong, periodic_structure()), DomainError);
  PairPotential worse;
  worse.energy_offset = std::numeric_limits<double>::infinity();
  EXPECT_THROW(check_derivatives(worse, periodic_structure()), DomainError);
  DerivativeOptions options;
  options.step = 0;
  EXPECT_THROW(check_derivatives(PairPotential{}, periodic_structure(), options), DomainError);
}

}  // namespace
}  // namespace carillon
