#include <gtest/gtest.h>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "support/domains.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

// Evidence that a simulator may divide a system among processors: the domains' parts add up to the whole.

namespace carillon {
namespace {

using testing::Domain;
using testing::domain_of;
using testing::elements;
using testing::random_basis;
using testing::random_coefficients;
using testing::random_structure;

Hierarchy carbon_nitrogen() {
  const BasisSet basis = random_basis(elements({"C", "N"}));
  return compose(split_into_blocks(basis, random_coefficients(basis, 5), {}), {Penalty{0.4, 500}, {}});
}

TEST(DomainPotential, PartsOfThreeDomainsAddUp) {
  testing::expect_parts_add_up(ChimesPotential(carbon_nitrogen()), random_structure(elements({"C", "N"}), 9, 5.2, 1.05, 3),
                               {{4, 0}, {1, 2, 8, 3}, {7, 5, 6}});
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
  testing::expect_refuses_what_is_no_domain(potential, random_structure(elements({"C", "N"}), 4, 5, 1.2, 3));
}

}  // namespace
}  // namespace carillon
