#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/potential/domain_potential.hpp"
#include "support/temporary_file.hpp"

namespace carillon::testing {

/// What one processor sees: its own atoms, then every copy of any atom within reach of one of them.
struct Domain {
  Structure atoms;
  std::vector<std::size_t> origin;  ///< atom of the whole system that each is a copy of
  std::size_t owned = 0;
};

inline Domain domain_of(const Structure& whole, const std::vector<std::size_t>& own, double reach) {
  Domain domain;
  const auto add = [&](std::size_t atom, const Eigen::Vector3d& position) {
    domain.atoms.species.push_back(whole.species[atom]);
    domain.atoms.positions.push_back(position);
    domain.origin.push_back(atom);
  };
  for (const std::size_t atom : own) add(atom, whole.positions[atom]);
  domain.owned = own.size();
  const int images = 1 + static_cast<int>(reach / whole.cell.vectors.rowwise().norm().minCoeff());
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

/// A simulator may divide a system among processors: the parts of the domains that own these atoms add up to the whole.
inline void expect_parts_add_up(const DomainPotential& potential, const Structure& whole,
                                const std::vector<std::vector<std::size_t>>& owners) {
  const Prediction expected = potential.evaluate(whole);
  double energy = 0;
  std::vector<Eigen::Vector3d> forces(whole.size(), Eigen::Vector3d::Zero());
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();
  for (const std::vector<std::size_t>& own : owners) {
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

/// @param periodic  of four atoms
inline void expect_refuses_what_is_no_domain(const DomainPotential& potential, const Structure& periodic) {
  EXPECT_EQ(message_of<DomainError>([&] { potential.evaluate_domain(periodic, 2); }),
            "a domain has its neighbours beside it and no periodic boundaries");
  Structure open = periodic;
  open.cell = {};
  EXPECT_EQ(message_of<DomainError>([&] { potential.evaluate_domain(open, 5); }), "5 owned atoms of 4");
}

}  // namespace carillon::testing
