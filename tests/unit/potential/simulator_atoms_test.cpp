#include "carillon/potential/simulator_atoms.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

const std::vector<Element> carbon_and_nitrogen = {*Element::from_symbol("C"), *Element::from_symbol("N")};

TEST(DomainOf, OwnedAtomsThenTheGhostsAroundTheirBox) {
  const std::vector<int> codes = {1, 0, 0, 1, 0, -1, -1};
  const std::vector<int> owned = {0, 1, 0, 1, 0, 0, 1};
  const std::vector<double> places = {4.9, 0, 0, 0, 0, 0, 5.1, 0, 0, 2, 1, 0, 1, 3.9, 0, 1, 1, 1, 0, 0, 9};
  const Domain domain = domain_of(carbon_and_nitrogen, {codes, owned, places}, 3.0);
  EXPECT_EQ(domain.owned, 2U);
  // The ghost at 5.1 is 3.1 from the box of the owned atoms, and the atoms without an element stay out, an owned one among them.
  EXPECT_EQ(domain.number, (std::vector<std::size_t>{1, 3, 0, 4}));
  ASSERT_EQ(domain.atoms.size(), 4U);
  EXPECT_EQ(domain.atoms.species[1], carbon_and_nitrogen[1]);
  EXPECT_EQ(domain.atoms.positions[2], Eigen::Vector3d(4.9, 0, 0));
  EXPECT_FALSE(domain.atoms.cell.any_periodic());
}

TEST(DomainOf, ARankWithoutAtomsOfItsOwnSeesNone) {
  const std::vector<int> codes = {0, 0};
  const std::vector<int> owned = {0, 0};
  const std::vector<double> places = {0, 0, 0, 1, 1, 1};
  EXPECT_EQ(domain_of(carbon_and_nitrogen, {codes, owned, places}, 3.0).atoms.size(), 0U);
}

TEST(DomainOf, ErrorNamesTheNumberOfNoElement) {
  const std::vector<int> codes = {0, 2};
  const std::vector<int> owned = {1, 0};
  const std::vector<double> places = {0, 0, 0, 1, 1, 1};
  try {
    domain_of(carbon_and_nitrogen, {codes, owned, places}, 3.0);
    FAIL();
  } catch (const InputError& problem) {
    EXPECT_STREQ(problem.what(), "atom 1 has the number 2 of no element");
  }
}

}  // namespace
}  // namespace carillon
