#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "random_networks.hpp"
#include "support/domains.hpp"

// Evidence that a simulator may divide a system among processors, as for the models of blocks.

namespace carillon {
namespace {

using testing::elements;
using testing::random_network;
using testing::random_structure;

NetworkSpec with_messages(int rounds) { return {{6}, Activation::tanh, MessageSpec{rounds, 5, 4, 3.1, 12}}; }

const std::vector<std::vector<std::size_t>> three_owners = {{4, 0}, {1, 2, 8, 3}, {7, 5, 6}};

TEST(NetworkDomain, PartsOfDenseNetworksAddUp) {
  for (const auto& members : {elements({"C"}), elements({"C", "N"})})
    testing::expect_parts_add_up(NetworkPotential(random_network(members, 5)), random_structure(members, 9, 5.2, 1.4, 3),
                                 three_owners);
}

/// Atoms tell each other of what lies rounds times the cutoff of messages away: on another processor, where its own energy is.
TEST(NetworkDomain, PartsOfMessagePassingNetworksAddUp) {
  for (const int rounds : {1, 2})
    testing::expect_parts_add_up(NetworkPotential(random_network(elements({"C", "N"}), 5, with_messages(rounds))),
                                 random_structure(elements({"C", "N"}), 9, 5.2, 1.4, 3), three_owners);
}

/// Energies by atoms are the owned ones' own: as many, and the same, however the rest is divided.
TEST(NetworkDomain, EnergiesOfAtomsDoNotDependOnTheDivision) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 5, with_messages(2)));
  const Structure whole = random_structure(elements({"C", "N"}), 9, 5.2, 1.4, 3);
  const auto energies_of = [&](const std::vector<std::size_t>& own) {
    const testing::Domain domain = testing::domain_of(whole, own, potential.cutoff());
    return potential.evaluate_domain(domain.atoms, domain.owned).atom_energies;
  };
  const std::vector<double> together = energies_of({2, 5, 7});
  EXPECT_NEAR(energies_of({5})[0], together[1], 1e-12);
  EXPECT_NEAR(energies_of({7, 2})[1], together[0], 1e-12);
}

TEST(NetworkDomain, OwningNoneGivesNothing) {
  for (const NetworkSpec& spec : {NetworkSpec{{6}, Activation::tanh}, with_messages(2)}) {
    const NetworkPotential potential(random_network(elements({"C", "N"}), 5, spec));
    const testing::Domain domain = testing::domain_of(random_structure(elements({"C", "N"}), 5, 5.2, 1.2, 7), {0, 1}, 3);
    const DomainPrediction none = potential.evaluate_domain(domain.atoms, 0);
    EXPECT_TRUE(none.atom_energies.empty());
    EXPECT_EQ(none.virial.norm(), 0);
    ASSERT_EQ(none.forces.size(), domain.atoms.size());
    for (const Eigen::Vector3d& force : none.forces) EXPECT_EQ(force.norm(), 0);
  }
}

TEST(NetworkDomain, RefusesWhatIsNoDomain) {
  const NetworkPotential potential(random_network(elements({"C", "N"}), 5));
  testing::expect_refuses_what_is_no_domain(potential, random_structure(elements({"C", "N"}), 4, 5, 1.2, 3));
}

}  // namespace
}  // namespace carillon
