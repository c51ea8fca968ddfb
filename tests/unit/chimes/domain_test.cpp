#include <gtest/gtest.h>

#include <cmath>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

// Evidence that a simulator may divide a system among processors: the domains' parts add up to the whole.

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;
using testing::random_basis;
using testing::random_coefficients;
using testing::random_structure;

Hierarchy carbon_nitrogen() {
  const BasisSet basis = random_basis(elements({"C", "N"}));
  return compose(split_into_blocks(basis, random_coefficients(basis, 5), {}), {Penalty{0.4, 500}, {}});
}

/// What one processor sees: its own atoms, then every copy of any atom within reach of one of them.
struct Domain {
  Structure atoms;
  std::vector<std::size_t> origin;  ///< atom of the whole system that each is a copy of
  std::size_t owned = 0;
};

Domain domain_of(const Structure& whole, const std::vector<std::size_t>& own, double reach) {
  Domain domain;
  const auto add = [&](std::size_t atom, const Eigen::Vector3d& position) {
    domain.atoms.species.push_back(whole.species[atom]);
    domain.atoms.positions.push_back(position);
    domain.origin.push_back(atom);
  };
  for (const std::size_t atom : own) add(atom, whole.positions[atom]);
  domain.owned = own.size();
  constexpr int images = 3;
  for (std::size_t atom = 0; atom < whole.size(); ++atom)
    for (int a = -images; a <= images; ++a)
      for (int b = -images; b <= images; ++b)
        for (int c = -images; c <= images; ++c) {
          const Eigen::Vector3d copy = whole.positions[atom] + whole.cell.vectors.transpose() * Eigen::Vector3d(a, b, c);
          bool is_near = false;
          bool is_own = false;
          for (const std::size_t home : own) {
            is_own = is_own || (home == atom && a == 0 && b == 0 && c == 0);
            is_near = is_near || (copy - whole.positions[home]).norm() < reach;
          }
          if (is_near && !is_own) add(atom, copy);
        }
  return domain;
}

TEST(DomainPotential, PartsOfThreeDomainsAddUp) {
  const ChimesPotential potential(carbon_nitrogen());
  const Structure whole = random_structure(elements({"C", "N"}), 9, 5.2, 1.05, 3);
  const Prediction expected = potential.evaluate(whole);
  double energy = 0;
  std::vector<Eigen::Vector3d> forces(whole.size(), Eigen::Vector3d::Zero());
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();
  for (const std::vector<std::size_t>& own : {std::vector<std::size_t>{4, 0}, {1, 2, 8, 3}, {7, 5, 6}}) {
    const Domain domain = domain_of(whole, own, potential.cutoff());
    ASSERT_GT(domain.atoms.size(), 2 * domain.owned);
    const DomainPrediction found = potential.evaluate_domain(domain.atoms, domain.owned);
    ASSERT_EQ(found.atom_energies.size(), domain.owned);
    ASSERT_EQ(found.forces.size(), domain.atoms.size());
    for (const double share : found.atom_energies) energy += share;
    for (std::size_t i = 0; i < domain.atoms.size(); ++i) forces[domain.origin[i]] += found.forces[i];
    virial += found.virial;
  }
  EXPECT_NEAR(energy, expected.energy, 1e-11 * std::abs(expected.energy));
  double largest = 0;
  for (const Eigen::Vector3d& force : expected.forces) largest = std::max(largest, force.norm());
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_LE((forces[i] - expected.forces[i]).norm(), 1e-11 * largest);
  EXPECT_LE((virial / whole.cell.volume() - expected.stress).norm(), 1e-11 * expected.stress.norm());
}

TEST(DomainPotential, OwningAllAtomsOrNone) {
  const ChimesPotential potential(carbon_nitrogen());
  const Structure whole = random_structure(elements({"C", "N"}), 5, 5.2, 1.2, 7);
  const Domain domain = domain_of(whole, {0, 1, 2, 3, 4}, 1.5 * potential.cutoff());
  // All of an open cluster owned: the plain energy of the cluster.
  const Prediction cluster = potential.evaluate(domain.atoms);
  const DomainPrediction all = potential.evaluate_domain(domain.atoms, domain.atoms.size());
  for (std::size_t i = 0; i < domain.atoms.size(); ++i)
    EXPECT_LE((all.forces[i] - cluster.forces[i]).norm(), 1e-12 * (1 + cluster.forces[i].norm()));
  // None: nothing.
  const DomainPrediction none = potential.evaluate_domain(domain.atoms, 0);
  EXPECT_TRUE(none.atom_energies.empty());
  for (const Eigen::Vector3d& force : none.forces) EXPECT_EQ(force.norm(), 0);
}

TEST(DomainPotential, RefusesWhatIsNoDomain) {
  const ChimesPotential potential(carbon_nitrogen());
  const Structure periodic = random_structure(elements({"C", "N"}), 4, 5, 1.2, 3);
  EXPECT_EQ(message_of<DomainError>([&] { potential.evaluate_domain(periodic, 2); }),
            "a domain has its neighbours beside it and no periodic boundaries");
  Structure open = periodic;
  open.cell = {};
  EXPECT_EQ(message_of<DomainError>([&] { potential.evaluate_domain(open, 5); }), "5 owned atoms of 4");
}

}  // namespace
}  // namespace carillon
