#include "carillon/evidence/evidence.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "made_evidence.hpp"
#include "support/largest_deviation.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::LargestDeviation;
using testing::made_evidence;
using testing::made_factor;
using testing::made_rows;
using testing::message_of;

TEST(Evidence, CountsWhatItHolds) {
  const Evidence evidence = made_evidence();
  EXPECT_EQ(evidence.name(), "C-N");
  EXPECT_EQ(evidence.block_unknowns(), 3);
  EXPECT_EQ(evidence.unknowns(), 3 + 2 * 4);
  EXPECT_EQ(evidence.rows(), 40 + 6 + 3);
  EXPECT_EQ(evidence.labels(), (std::vector<std::string>{"cold", "hot"}));
  // A triangle of 12 columns, 6 rows of them, 3 rows of them.
  EXPECT_EQ(evidence.bytes(), 8 * (78 + (21 + 6 * 6) + (6 + 3 * 9)));
  EXPECT_NO_THROW(check_evidence(evidence));
}

TEST(Evidence, NamesOfLevelsAndKinds) {
  for (const EvidenceLevel level : {EvidenceLevel::none, EvidenceLevel::total, EvidenceLevel::groups})
    EXPECT_EQ(evidence_level_from_name(evidence_level_name(level)), level);
  for (const RowKind kind : {RowKind::force, RowKind::stress, RowKind::energy, RowKind::all})
    EXPECT_EQ(row_kind_from_name(row_kind_name(kind)), kind);
  EXPECT_EQ(message_of<InputError>([] { evidence_level_from_name("some"); }),
            "unknown level of evidence 'some'; known: none, total, groups");
}

TEST(Evidence, ColumnsChecksumKnowsSectionsAndOrderOnly) {
  const Evidence evidence = made_evidence();
  const std::string checksum = columns_checksum(evidence);
  EXPECT_EQ(columns_checksum(made_evidence(7)), checksum) << "other coefficients and rows are no other columns";
  Evidence other = evidence;
  std::swap(other.parents[0], other.parents[1]);
  EXPECT_NE(columns_checksum(other), checksum);
  other = evidence;
  other.parents.pop_back();
  EXPECT_NE(columns_checksum(other), checksum);
}

TEST(Evidence, UnsoundEvidenceIsRefused) {
  const auto complaint = [](auto change) {
    Evidence evidence = made_evidence();
    change(evidence);
    return message_of<Error>([&] { check_evidence(evidence); });
  };
  EXPECT_NE(complaint([](Evidence& e) { e.blocks.clear(); }), "");
  EXPECT_NE(complaint([](Evidence& e) { e.parents.pop_back(); }), "");
  EXPECT_NE(complaint([](Evidence& e) { e.prior_mean = {1}; }), "");
  EXPECT_NE(complaint([](Evidence& e) { e.folds = 1; }), "");
  EXPECT_NE(complaint([](Evidence& e) { e.level = EvidenceLevel::total; }), "");
}

/// R'R of two factors, compared relative to the columns' norms.
void expect_same_rows(const TriangularFactor& found, const TriangularFactor& expected) {
  ASSERT_EQ(found.columns(), expected.columns());
  EXPECT_EQ(found.row_count(), expected.row_count());
  const auto inner = [](const TriangularFactor& factor, long i, long j) {
    double sum = 0;
    for (std::size_t k = 0; k < factor.column(i).size(); ++k) sum += factor.column(i)[k] * factor.column(j)[k];
    return sum;
  };
  LargestDeviation gram;
  for (long j = 0; j < found.columns(); ++j)
    for (long i = 0; i <= j; ++i)
      gram.compare(inner(found, i, j), inner(expected, i, j), std::sqrt(inner(expected, i, i) * inner(expected, j, j)), 0);
  gram.expect_within(1e-13, "R'R");
}

// Oracle: all rows of both absorbed by one factor.
TEST(Evidence, PuttingTogetherIsAbsorbingTheRowsOfBoth) {
  Evidence evidence = made_evidence(1);
  Evidence other = made_evidence(30);
  other.groups.emplace(EvidenceKey{"warm", RowKind::stress, 1}, made_factor(5, 12, 99));
  absorb_evidence(evidence, other);
  EXPECT_EQ(evidence.groups.size(), 4u);
  TriangularFactor expected(12);
  expected.absorb(made_rows(6, 12, 2), 6);
  expected.absorb(made_rows(6, 12, 31), 6);
  expect_same_rows(evidence.groups.at({"cold", RowKind::force, 1}), expected);
  EXPECT_EQ(evidence.groups.at({"warm", RowKind::stress, 1}).row_count(), 5);
  const Provenance& provenance = evidence.blocks.front().provenance;
  EXPECT_EQ(provenance.frames, (std::map<std::string, long>{{"cold", 4}, {"hot", 2}}));
  EXPECT_EQ(provenance.distances.at("C-N").pairs, 20);
  EXPECT_EQ(provenance.data_sha256.size(), 2u) << "two files of one name are both named";
}

TEST(Evidence, WhatDoesNotFitIsNotPutTogether) {
  const auto complaint = [](auto change) {
    Evidence evidence = made_evidence(1);
    Evidence other = made_evidence(2);
    change(other);
    return message_of<InputError>([&] { absorb_evidence(evidence, other); });
  };
  const auto expect = [&](auto change, const std::string& words) {
    EXPECT_NE(complaint(change).find(words), std::string::npos) << complaint(change);
  };
  EXPECT_EQ(complaint([](Evidence&) {}), "");
  expect([](Evidence& e) { e.parents.clear(); }, "the sections of the blocks or of their parents differ");
  expect([](Evidence& e) { e.form.energy_per_atom = true; },
         "rows are energy per frame, stress as it is, shear counted 1 time(s) in one and energy per atom");
  expect([](Evidence& e) { e.level = EvidenceLevel::total; }, "one is of level groups, the other of level total");
  expect([](Evidence& e) { e.blocks[0].provenance.data_sha256["b"] = "feed1"; }, "data file b (sha256 feed1) is in both");
  expect([](Evidence& e) { e.blocks = {e.parents[0]}; }, "the other is of block C");
}

TEST(Evidence, CollapsedGroupsAreOneFactorOfAllRows) {
  Evidence evidence = made_evidence();
  TriangularFactor expected(12);
  expected.absorb(made_rows(40, 12, 1), 40);
  expected.absorb(made_rows(6, 12, 2), 6);
  expected.absorb(made_rows(3, 12, 3), 3);
  evidence.level = EvidenceLevel::total;
  collapse_groups(evidence);
  EXPECT_NO_THROW(check_evidence(evidence));
  ASSERT_EQ(evidence.groups.size(), 1u);
  expect_same_rows(evidence.groups.begin()->second, expected);
}

}  // namespace
}  // namespace carillon
