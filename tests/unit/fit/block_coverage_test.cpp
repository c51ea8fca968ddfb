#include "carillon/fit/block_coverage.hpp"

#include <gtest/gtest.h>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/fit/basis_spec.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

const Element c = *Element::from_symbol("C");
const Element n = *Element::from_symbol("N");

Block block(const std::string& name) {
  BasisSpec spec;
  spec.pair_order = 3;
  spec.triplet_order = 2;
  spec.triplet_inner = 1.3;
  spec.pairs = {{"C-C", {1.0, 4, 1.4}}, {"C-N", {0.9, 4, 1.3}}, {"N-N", {0.8, 4, 1.1}}};
  Block out;
  out.elements = elements_of_name(name);
  out.basis = block_basis(spec, out.elements);
  out.coefficients.assign(static_cast<std::size_t>(out.basis.columns()), 0.5);
  return out;
}

/// Carbon atoms so far apart, once each.
PairDistribution distances(std::initializer_list<double> values) {
  PairDistribution out;
  long frame = 0;
  for (const double value : values) {
    Structure dimer;
    dimer.species = {c, c};
    dimer.positions = {{0, 0, 0}, {value, 0, 0}};
    dimer.origin = {"pool.extxyz", 5 + 4 * frame, frame, -1};
    ++frame;
    out.add(dimer, NeighborList(dimer, out.reach()));
  }
  return out;
}

TEST(BlockCoverage, InnerCutoffsAreThoseOfPairs) {
  const auto inner = inner_cutoffs({block("C-N")});
  EXPECT_EQ(inner.at({c, n}), 0.9);
  EXPECT_EQ(inner.at({c, c}), 1.3) << "of the triplets: block C-N has no C-C pair terms";
  const auto both = inner_cutoffs({block("C-N"), block("C")});
  EXPECT_EQ(both.at({c, c}), 1.0);
}

TEST(BlockCoverage, OffsetsOfElementBlocksAreKnown) {
  EXPECT_EQ(known_offsets({block("C")}, {c, n}), (std::vector<bool>{true, false}));
  EXPECT_EQ(known_offsets({block("C-N")}, {c, n}), (std::vector<bool>{false, false}));
}

TEST(BlockCoverage, DistancesBelowTheCoveredOnes) {
  Block carbon = block("C");
  carbon.provenance.distances["C-C"] = {1.2, 4, 1000};
  EXPECT_TRUE(find_uncovered_distances({carbon}, distances({1.195, 1.3, 2})).empty()) << "less than a bin below";
  const auto findings = find_uncovered_distances({carbon}, distances({1.15, 1.1, 1.3, 2}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(
      findings[0].message,
      "the C-C distance to atom 1 is 1.100 Å, but block C was fitted on distances from 1.200 Å on (2 of 4 pairs are below)");
  EXPECT_EQ(findings[0].where.text(), "pool.extxyz:9: frame 1, atom 0") << "where the closest two are";
}

TEST(BlockCoverage, ABlockThatDoesNotSayIsANoteOnce) {
  const auto findings = find_uncovered_distances({block("C")}, distances({1.1}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::note);
  EXPECT_TRUE(find_uncovered_distances({block("N")}, distances({1.1})).empty()) << "has nothing to do with carbon";
}

TEST(BlockCoverage, ReadsFoldersAndRefusesTheRest) {
  const testing::TemporaryFolder folder;
  write_block(folder.path("C"), block("C"));
  const auto blocks = read_blocks({folder.path("C")});
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].name(), "C");
  EXPECT_THROW((void)read_blocks({folder.path("nowhere")}), FileError);
  std::filesystem::create_directory(folder.path("empty"));
  EXPECT_NE(testing::message_of<InputError>([&] { (void)read_blocks({folder.path("empty")}); }).find("is not a block folder"),
            std::string::npos);
}

}  // namespace
}  // namespace carillon
