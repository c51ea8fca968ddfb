#include "carillon/data/split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;

/// labels_of({{"a", 3}, {"b", 2}}) = a a a b b
std::vector<std::string> labels_of(const std::vector<std::pair<std::string, int>>& counts) {
  std::vector<std::string> out;
  for (const auto& [label, count] : counts) out.insert(out.end(), static_cast<std::size_t>(count), label);
  return out;
}

void expect_partition(const Split& split, std::size_t frames) {
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.test.begin(), split.test.end()));
  std::vector<long> all = split.train;
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::sort(all.begin(), all.end());
  std::vector<long> expected(frames);
  std::iota(expected.begin(), expected.end(), 0L);
  EXPECT_EQ(all, expected);
}

TEST(Shuffled, OracleAnotherProgramDrawsTheSame) {
  // Oracle: the documented rule written in Python on its own MT19937-64 (checked against the C++ standard's 10000th output).
  EXPECT_EQ(shuffled(12, 1), (std::vector<long>{5, 3, 10, 4, 6, 2, 7, 11, 9, 0, 1, 8}));
  EXPECT_EQ(shuffled(12, 2024), (std::vector<long>{3, 5, 9, 2, 6, 8, 0, 4, 11, 1, 7, 10}));
  EXPECT_EQ(shuffled(1, 3), (std::vector<long>{0}));
  EXPECT_TRUE(shuffled(0, 3).empty());
  EXPECT_THROW(shuffled(-1, 3), DomainError);
}

TEST(Shuffled, EveryOrderIsEquallyLikely) {
  std::map<std::vector<long>, int> seen;
  constexpr int draws = 24000;
  for (int seed = 0; seed < draws; ++seed) ++seen[shuffled(4, static_cast<std::uint64_t>(seed))];
  ASSERT_EQ(seen.size(), 24u);
  // Each of the 24 counts is binomial with mean 1000 and standard deviation 31; 5 of these are never passed by chance.
  for (const auto& [order, count] : seen) EXPECT_NEAR(count, draws / 24, 5 * 31);
}

TEST(SplitByFraction, TakesTheRoundedNumberOfFrames) {
  const auto labels = labels_of({{"a", 10}});
  for (const auto& [fraction, expected] :
       std::vector<std::pair<double, std::size_t>>{{0, 0}, {0.04, 0}, {0.05, 1}, {0.25, 3}, {0.94, 9}}) {
    const Split split = split_by_fraction(labels, fraction, 3, false);
    EXPECT_EQ(split.test.size(), expected) << fraction;
    expect_partition(split, 10);
  }
  const Split one = split_by_fraction(labels, 0.5, 1, false);
  EXPECT_EQ(one.test, split_by_fraction(labels, 0.5, 1, false).test);
  EXPECT_NE(one.test, split_by_fraction(labels, 0.5, 2, false).test);
}

TEST(SplitByFraction, StratifiedGivesEachLabelItsShare) {
  const auto labels = labels_of({{"a", 20}, {"b", 10}, {"c", 40}});
  const Split split = split_by_fraction(labels, 0.2, 5, true);
  expect_partition(split, labels.size());
  std::map<std::string, int> count;
  for (const long frame : split.test) ++count[labels[static_cast<std::size_t>(frame)]];
  EXPECT_EQ(count, (std::map<std::string, int>{{"a", 4}, {"b", 2}, {"c", 8}}));
}

TEST(SplitByFraction, StratifiedKeepsTheTotalAndAFrameOfEachLabel) {
  std::vector<std::pair<std::string, int>> counts;
  for (int l = 0; l < 18; ++l) counts.emplace_back("state" + std::to_string(l), l == 0 ? 4 : 3);
  const auto labels = labels_of(counts);
  std::set<std::string> ever_tested;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Split split = split_by_fraction(labels, 0.1, seed, true);
    EXPECT_EQ(split.test.size(), 6u) << "round(5.5)";
    std::set<std::string> trained;
    for (const long frame : split.train) trained.insert(labels[static_cast<std::size_t>(frame)]);
    EXPECT_EQ(trained.size(), 18u);
    for (const long frame : split.test) ever_tested.insert(labels[static_cast<std::size_t>(frame)]);
  }
  EXPECT_EQ(ever_tested.size(), 18u) << "ties fall on all labels in turn";
  const Split greedy = split_by_fraction(labels_of({{"a", 1}, {"b", 2}}), 0.9, 1, true);
  EXPECT_EQ(greedy.test.size(), 1u) << "a and b each keep one";
}

TEST(SplitByFraction, TellsOfTestFramesThatAreMissing) {
  const auto complaint = [](const std::vector<std::string>& labels, double fraction, bool stratified) {
    return split_complaint(split_by_fraction(labels, fraction, 1, stratified), fraction);
  };
  EXPECT_EQ(complaint(labels_of({{"a", 8}, {"b", 2}}), 0.3, true), "");
  EXPECT_EQ(complaint(labels_of({{"a", 8}, {"b", 2}}), 0, true), "");
  const std::vector<std::string> alone = labels_of({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}});
  EXPECT_EQ(complaint(alone, 0.5, false), "");
  EXPECT_EQ(
      complaint(alone, 0.5, true),
      "the split tests on none of the 2 frames asked for: every label keeps one to train on ('stratified: false' draws from all "
      "frames alike)");
  EXPECT_EQ(complaint(labels_of({{"a", 1}, {"b", 1}, {"c", 2}}), 0.5, true).substr(0, 33), "the split tests on 1 of the 2 fra");
  EXPECT_EQ(complaint(alone, 0.1, true), "the split leaves no frame to test on: a fraction of 0.1 of 4 frames");
}

TEST(SplitByLabel, TestsOnAllTheirFrames) {
  const std::vector<std::string> labels = {"a", "b", "a", "c"};
  const Split split = split_by_label(labels, {"a", "c"});
  EXPECT_EQ(split.test, (std::vector<long>{0, 2, 3}));
  EXPECT_EQ(split.train, (std::vector<long>{1}));
}

TEST(SplitByFrames, TestsOnTheGivenFrames) {
  const Split split = split_by_frames(5, {3, 0});
  EXPECT_EQ(split.test, (std::vector<long>{0, 3}));
  EXPECT_EQ(split.train, (std::vector<long>{1, 2, 4}));
}

TEST(Split, BadRequestsAreRefused) {
  const auto labels = labels_of({{"a", 2}, {"b", 1}});
  const auto expect = [](auto action, const char* part) {
    const std::string message = message_of<InputError>(action);
    EXPECT_NE(message.find(part), std::string::npos) << "gave '" << message << "', expected '" << part << "'";
  };
  expect([&] { split_by_fraction(labels, 1.0, 1, false); }, "the test fraction is 1, outside [0, 1)");
  expect([&] { split_by_fraction(labels, -0.1, 1, true); }, "outside [0, 1)");
  expect([&] { split_by_fraction(labels, std::nan(""), 1, true); }, "outside [0, 1)");
  expect([&] { split_by_fraction(labels, 0.9, 1, false); }, "no frame to train on");
  expect([&] { split_by_fraction({}, 0.1, 1, true); }, "no frame to train on");
  expect([&] { split_by_label(labels, {"d"}); }, "unknown label 'd'; known: a, b");
  expect([&] { split_by_label(labels, {"a", "b"}); }, "no frame to train on");
  expect([&] { split_by_frames(3, {3}); }, "test frame 3 is outside the 3 frames");
  expect([&] { split_by_frames(3, {-1}); }, "test frame -1 is outside");
  expect([&] { split_by_frames(3, {1, 1}); }, "test frame 1 is given twice");
  expect([&] { split_by_frames(2, {0, 1}); }, "no frame to train on");
  expect([&] { assign_folds(labels, 1); }, "1 folds, fewer than 2");
  expect([&] { assign_folds(labels, 4); }, "4 folds for 3 frames");
  expect([&] { assign_folds_by_label(labels_of({{"a", 3}})); }, "at least 2 labels");
}

TEST(AssignFolds, BlocksAreContiguousAndEqual) {
  EXPECT_EQ(assign_folds(labels_of({{"a", 6}, {"b", 3}}), 3), (std::vector<int>{0, 0, 1, 1, 2, 2, 0, 1, 2}));
  // Interleaved labels: each label's own frames form the blocks.
  EXPECT_EQ(assign_folds(std::vector<std::string>{"a", "b", "a", "b", "a", "b", "a", "b"}, 2),
            (std::vector<int>{0, 0, 0, 0, 1, 1, 1, 1}));
}

TEST(AssignFolds, NoFoldIsEmptyHoweverSmallTheLabels) {
  for (int label_count = 1; label_count <= 7; ++label_count)
    for (int size = 1; size <= 7; ++size)
      for (int folds = 2; folds <= label_count * size; ++folds) {
        std::vector<std::pair<std::string, int>> counts;
        for (int l = 0; l < label_count; ++l) counts.emplace_back(std::to_string(l), size);
        const auto assigned = assign_folds(labels_of(counts), folds);
        const std::set<int> used(assigned.begin(), assigned.end());
        ASSERT_EQ(used.size(), static_cast<std::size_t>(folds))
            << label_count << " labels of " << size << ", " << folds << " folds";
        ASSERT_EQ(*used.begin(), 0);
        ASSERT_EQ(*used.rbegin(), folds - 1);
      }
}

TEST(AssignFolds, ByLabelLeavesOneStateOut) {
  EXPECT_EQ(assign_folds_by_label(std::vector<std::string>{"b", "a", "b", "c"}), (std::vector<int>{0, 1, 0, 2}));
}

}  // namespace
}  // namespace carillon
