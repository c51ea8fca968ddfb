#include "carillon/fit/carried_prior.hpp"

#include <gtest/gtest.h>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/core/error.hpp"
#include "support/largest_deviation.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::LargestDeviation;
using testing::message_of;
using testing::random_basis;
using testing::random_coefficients;
using testing::RandomBasisOptions;

/// A type of the same form with other elements, lengths multiplied and orders raised. Slots follow the elements.
ClusterType remade(const ClusterType& type, const std::map<std::string, std::string>& names, double scale, int more_order) {
  std::vector<std::pair<Element, int>> atoms;
  for (int a = 0; a < type.atoms(); ++a) {
    const std::string symbol(type.elements()[static_cast<std::size_t>(a)].symbol());
    atoms.emplace_back(*Element::from_symbol(names.contains(symbol) ? names.at(symbol) : symbol), a);
  }
  std::stable_sort(atoms.begin(), atoms.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Element> members;
  for (const auto& [element, a] : atoms) members.push_back(element);
  std::vector<Slot> slots;
  for (int p = 0; p < slot_count(type.atoms()); ++p) {
    const auto [a, b] = slot_atoms(type.atoms(), p);
    Slot slot = type.slots()[static_cast<std::size_t>(
        slot_of(type.atoms(), atoms[static_cast<std::size_t>(a)].second, atoms[static_cast<std::size_t>(b)].second))];
    slots.push_back({scale * slot.inner, scale * slot.outer, scale * slot.lambda});
  }
  return {members, type.order() + (type.atoms() > 1 ? more_order : 0), slots, type.form(), type.rule()};
}

struct Sister {
  std::map<std::string, std::string> names;
  double scale = 1;
  int more_order = 0;
};

BasisSet sister_basis(const BasisSet& basis, const Sister& sister) {
  std::vector<ClusterType> types;
  for (const ClusterType& type : basis.types()) types.push_back(remade(type, sister.names, sister.scale, sister.more_order));
  return BasisSet(std::move(types));
}

const BasisSet& source_basis() {
  static const BasisSet basis = random_basis(elements({"N", "Si"}));
  return basis;
}
std::vector<Block> source_blocks() { return split_into_blocks(source_basis(), random_coefficients(source_basis(), 4), {}); }

CarriedPrior carried(const Sister& sister, std::optional<double> length_scale = {}) {
  return carry_prior(source_blocks(), sister_basis(source_basis(), sister), {{"somewhere"}, sister.names, length_scale, 1});
}

class CarriedPriorTest : public ::testing::TestWithParam<Sister> {};

/// Invariance: the same atoms under other names with all lengths multiplied have the same energy. Si -> Ge changes the order of
/// the elements beside N, so slots and powers have to be exchanged with the atoms.
TEST_P(CarriedPriorTest, IsTheSameSurfaceInOtherLengths) {
  const Sister& sister = GetParam();
  const BasisSet there = source_basis();
  const BasisSet here = sister_basis(there, sister);
  const CarriedPrior prior = carried(sister);
  EXPECT_TRUE(prior.notes.empty());
  const ChimesPotential source(there, random_coefficients(there, 4));
  const ChimesPotential target(here, prior.mean);
  LargestDeviation deviation;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    const Structure structure = testing::random_structure(elements({"Si", "N"}), 7, 6, 1.2, seed);
    Structure renamed = structure;
    renamed.cell.vectors *= sister.scale;
    for (std::size_t i = 0; i < structure.size(); ++i) {
      renamed.positions[i] *= sister.scale;
      const std::string symbol(structure.species[i].symbol());
      if (sister.names.contains(symbol)) renamed.species[i] = *Element::from_symbol(sister.names.at(symbol));
    }
    deviation.compare(target.evaluate(renamed).energy, source.evaluate(structure).energy);
  }
  deviation.expect_within(1e-10, "energy");
}

// Atoms closer than the inner cutoff do not scale: the decay length of Eq. 8 is fixed. Those above show the rest.
INSTANTIATE_TEST_SUITE_P(Sisters, CarriedPriorTest,
                         ::testing::Values(Sister{}, Sister{{{"Si", "Ge"}}, 1.04, 0}, Sister{{{"Si", "Ge"}}, 1.04, 1},
                                           Sister{{{"N", "Si"}, {"Si", "N"}}, 1, 0}));

TEST(CarriedPriorNotes, LengthsThatDoNotScaleAlike) {
  const Sister sister{{{"Si", "Ge"}}, 1.05, 0};
  EXPECT_TRUE(carried(sister).notes.empty());
  const CarriedPrior off = carried(sister, 1.01);
  ASSERT_FALSE(off.notes.empty());
  EXPECT_NE(off.notes.front().find("is 1.05 times that of"), std::string::npos) << off.notes.front();
  EXPECT_EQ(off.mean, carried(sister).mean);
  EXPECT_NE(message_of<InputError>([&] { carried(sister, 1.3); }).find("the coefficients would mean another surface"),
            std::string::npos);
}

TEST(CarriedPriorNotes, SectionsWithoutCounterpart) {
  RandomBasisOptions pairs_only;
  pairs_only.triplet_order = 0;
  pairs_only.quadruplet_order = 0;
  const BasisSet small = random_basis(elements({"N", "Si"}), pairs_only);
  const std::vector<Block> sources = split_into_blocks(small, random_coefficients(small, 4), {});
  const CarriedPrior prior = carry_prior(sources, source_basis(), {{"a"}, {}, {}, 1});
  EXPECT_EQ(prior.notes.size(), 4u + 5u);
  EXPECT_NE(prior.notes.front().find("has no counterpart"), std::string::npos);
}

TEST(CarriedPriorNotes, WhatCannotBeCarriedIsRefused) {
  const auto complaint = [](const BasisSet& here, const std::map<std::string, std::string>& names) {
    return message_of<InputError>([&] { carry_prior(source_blocks(), here, {{"a"}, names, {}, 1}); });
  };
  EXPECT_NE(complaint(source_basis(), {{"Si", "N"}}).find("two elements are mapped to N"), std::string::npos);
  EXPECT_NE(complaint(source_basis(), {{"C", "Ge"}}).find("no block given holds C"), std::string::npos);
  EXPECT_NE(complaint(random_basis(elements({"C"})), {}).find("no section in common"), std::string::npos);
  RandomBasisOptions lower;
  lower.triplet_order = 3;
  EXPECT_NE(complaint(random_basis(elements({"N", "Si"}), lower), {}).find("differ in order (4 there, 3 here)"),
            std::string::npos);
  RandomBasisOptions cubic;
  cubic.form.smoothing = {SmoothingKind::cubic, 0};
  EXPECT_NE(complaint(random_basis(elements({"N", "Si"}), cubic), {}).find("differ in coordinate"), std::string::npos);
}

}  // namespace
}  // namespace carillon
