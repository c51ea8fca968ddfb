#include "carillon/basis/permutation.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

std::vector<Element> elements(std::initializer_list<const char*> symbols) {
  std::vector<Element> out;
  for (const char* symbol : symbols) out.push_back(*Element::from_symbol(symbol));
  return out;
}

int unknowns(std::initializer_list<const char*> symbols, int order) {
  return enumerate_terms(elements(symbols), order - 1, AdmissionRule::touched).orbit_count;
}

TEST(Permutation, SlotNumbering) {
  for (int atoms = 2; atoms <= 4; ++atoms)
    for (int p = 0; p < slot_count(atoms); ++p) {
      const auto [a, b] = slot_atoms(atoms, p);
      EXPECT_EQ(slot_of(atoms, a, b), p);
      EXPECT_EQ(slot_of(atoms, b, a), p);
    }
  EXPECT_THROW(slot_of(4, 2, 2), DomainError);
}

// Oracle: counts published for the field's programs (file format notes on fm_setup.in).
TEST(Permutation, CountsOfUnknownsEqualTheFields) {
  EXPECT_EQ(unknowns({"C", "C", "C"}, 5), 30);
  EXPECT_EQ(unknowns({"C", "C", "N"}, 5), 66);
  EXPECT_EQ(unknowns({"C", "H", "N"}, 5), 112);
  EXPECT_EQ(unknowns({"C", "C", "C"}, 8), 112);
  EXPECT_EQ(unknowns({"C", "C", "N"}, 8), 273);
  EXPECT_EQ(unknowns({"C", "H", "N"}, 8), 490);
  EXPECT_EQ(unknowns({"C", "C", "C"}, 10), 210);
  EXPECT_EQ(unknowns({"C", "N", "N"}, 10), 531);
  EXPECT_EQ(unknowns({"C", "H", "N"}, 10), 972);
  EXPECT_EQ(unknowns({"C", "C", "C", "C"}, 2), 7);
  EXPECT_EQ(unknowns({"C", "C", "C", "N"}, 2), 12);
  EXPECT_EQ(unknowns({"C", "C", "N", "N"}, 2), 18);
  EXPECT_EQ(unknowns({"C", "C", "H", "N"}, 2), 25);
  EXPECT_EQ(unknowns({"C", "H", "N", "O"}, 2), 41);
  EXPECT_EQ(unknowns({"C", "C", "C", "C"}, 3), 56);
  EXPECT_EQ(unknowns({"C", "H", "N", "O"}, 3), 636);
  EXPECT_EQ(unknowns({"C", "C", "C", "C"}, 4), 256);
  EXPECT_EQ(unknowns({"C", "C", "C", "N"}, 4), 760);
  EXPECT_EQ(unknowns({"C", "C", "N", "N"}, 4), 1140);
  EXPECT_EQ(unknowns({"C", "C", "H", "N"}, 4), 2043);
  EXPECT_EQ(unknowns({"C", "H", "N", "O"}, 4), 3861);
}

TEST(Permutation, TermsListedWithAllPermutations) {
  EXPECT_EQ(enumerate_terms(elements({"C", "C", "C"}), 9, AdmissionRule::touched).terms.size(), 972u);
  EXPECT_EQ(enumerate_terms(elements({"C", "C", "C", "C"}), 3, AdmissionRule::touched).terms.size(), 3861u);
  EXPECT_EQ(enumerate_terms(elements({"C", "C", "C", "C"}), 3, AdmissionRule::connected).terms.size(), 3861u - 27u);
}

TEST(Permutation, OrbitsAreClosedUnderExchangeOfLikeAtoms) {
  const auto like = elements({"C", "C", "N", "N"});
  const TermTable table = enumerate_terms(like, 3, AdmissionRule::touched);
  for (const auto& perm : like_atom_permutations(like))
    for (const Term& term : table.terms) {
      const Powers moved = permute(term.powers, 4, perm);
      const auto found = std::find_if(table.terms.begin(), table.terms.end(), [&](const Term& other) { return other.powers == moved; });
      ASSERT_NE(found, table.terms.end());
      EXPECT_EQ(found->orbit, term.orbit);
    }
  EXPECT_EQ(like_atom_permutations(like).size(), 4u);
}

TEST(Permutation, OrbitsAreNumberedAsFirstSeen) {
  const TermTable table = enumerate_terms(elements({"C", "N", "N", "N"}), 2, AdmissionRule::touched);
  int next = 0;
  for (const Term& term : table.terms) {
    EXPECT_LE(term.orbit, next);
    if (term.orbit == next) ++next;
  }
  EXPECT_EQ(next, table.orbit_count);
}

}  // namespace
}  // namespace carillon
