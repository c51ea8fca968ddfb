#include "carillon/fit/suggest_basis.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/data/dataset.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

PairDistribution seed_distribution() {
  const Dataset data({{std::string(CARILLON_SOURCE_DIR) + "/validation/data/cn_pbe_d2_seed/frames.extxyz", {}}});
  PairDistribution out;
  for (long frame = 0; frame < data.size(); ++frame) {
    const Structure structure = data.read(frame);
    out.add(structure, NeighborList(structure, out.reach()));
  }
  return out;
}

TEST(SuggestBasis, SeedSetGivesTheChemistryOfItsElements) {
  const PairDistribution distribution = seed_distribution();
  const BasisSpec spec = suggest_basis(distribution).spec;
  ASSERT_EQ(spec.pairs.size(), 3u);
  // Bonds: graphite and diamond 1.42 and 1.54, C=N to C-N 1.28 to 1.47, N2 1.10.
  EXPECT_NEAR(spec.pairs.at("C-C").lambda, 1.46, 0.06);
  EXPECT_NEAR(spec.pairs.at("C-N").lambda, 1.35, 0.07);
  EXPECT_NEAR(spec.pairs.at("N-N").lambda, 1.12, 0.03);
  for (const auto& [pair, histogram] : distribution.histograms()) {
    const Slot& slot = spec.pairs.at(pair_name(pair));
    EXPECT_LT(slot.inner, histogram.smallest - 0.0099);
    EXPECT_GT(slot.inner, histogram.smallest - 0.0201);
    EXPECT_GE(slot.outer, 4.0);
    EXPECT_LE(slot.outer, 8.0);
  }
}

TEST(SuggestBasis, GoldenTheTextReadsBackAsTheSameBasis) {
  const PairDistribution distribution = seed_distribution();
  const SuggestedBasis suggested = suggest_basis(distribution);
  const std::string text = suggested_basis_yaml(suggested, distribution, 55);
  const BasisSpec read = read_basis_spec(Yaml::load_text(text, "suggested").at("basis"));
  EXPECT_EQ(read.pairs, suggested.spec.pairs);
  EXPECT_EQ(basis_spec_yaml(read, 2), basis_spec_yaml(suggested.spec, 2));
  EXPECT_NE(text.find("#   N-N: "), std::string::npos);
  for (const char* block : {"C", "N", "C-N"}) EXPECT_GT(block_basis(read, elements_of_name(block)).columns(), 50) << block;
}

TEST(SuggestBasis, FewPairsStillGiveABasis) {
  Structure dimer;
  dimer.species = {*Element::from_symbol("O"), *Element::from_symbol("O")};
  dimer.positions = {{0, 0, 0}, {1.2, 0, 0}};
  PairDistribution distribution;
  distribution.add(dimer, NeighborList(dimer, 8));
  const Slot slot = suggest_basis(distribution).spec.pairs.at("O-O");
  EXPECT_DOUBLE_EQ(slot.inner, 1.19);
  EXPECT_GT(slot.lambda, 1.1);
  EXPECT_LT(slot.lambda, 1.5);
}

TEST(SuggestBasis, WithoutPairsThereIsNone) { EXPECT_THROW((void)suggest_basis(PairDistribution()), InputError); }

}  // namespace
}  // namespace carillon
