#include "carillon/fit/coverage.hpp"

#include <gtest/gtest.h>

#include "made_data.hpp"

namespace carillon {
namespace {

using testing::elements;

/// C at 0, N at 1.5 and 2.4, C at 4.4 Å along x, alone in space.
Structure chain() {
  Structure structure;
  structure.species = elements({"C", "N", "N", "C"});
  for (const double x : {0.0, 1.5, 2.4, 4.4}) structure.positions.emplace_back(x, 0, 0);
  return structure;
}

BasisSet pairs(const std::vector<std::pair<std::vector<const char*>, double>>& outer_of) {
  std::vector<ClusterType> types;
  for (const auto& [symbols, outer] : outer_of)
    types.emplace_back(elements(symbols), 2, std::vector<Slot>{{0.5, outer, 1}}, RadialForm{});
  return BasisSet(std::move(types));
}

TEST(Coverage, SmallestAndLargestDistanceOfEachPairInReach) {
  CoverageByPair coverage;
  add_coverage(pairs({{{"C", "N"}, 2.5}, {{"N", "N"}, 5.0}, {{"C", "C"}, 4.0}}), chain(), coverage);
  ASSERT_EQ(coverage.size(), 2u) << "the carbon atoms are out of their pair's reach";
  EXPECT_DOUBLE_EQ(coverage["C-N"].smallest, 1.5);
  EXPECT_DOUBLE_EQ(coverage["C-N"].largest, 2.4);
  EXPECT_EQ(coverage["C-N"].pairs, 3);  // 1.5, 2.4 and 2.0; not 2.9
  EXPECT_NEAR(coverage["N-N"].smallest, 0.9, 1e-15);
  EXPECT_EQ(coverage["N-N"].pairs, 1);
}

TEST(Coverage, DistancesBelowTheInnerCutoffAreNamed) {
  const BasisSet basis({ClusterType(elements({"N", "N"}), 2, {{1.0, 5.0, 1}}, RadialForm{}),
                        ClusterType(elements({"C", "N"}), 2, {{1.5, 5.0, 1}}, RadialForm{})});
  CoverageByPair coverage;
  add_coverage(basis, chain(), coverage);
  EXPECT_EQ(distances_below_inner(basis, coverage),
            std::vector<std::string>{"N-N: distances down to 0.900 Å lie below the inner cutoff, 1 Å"});
}

TEST(Coverage, PairsOfOtherBlocksAreNotCounted) {
  CoverageByPair coverage;
  add_coverage(pairs({{{"C", "N"}, 2.5}}), chain(), coverage);
  EXPECT_EQ(coverage.size(), 1u);
  CoverageByPair nothing;
  add_coverage(BasisSet({ClusterType(elements({"C"}), 1, {}, {})}), chain(), nothing);
  EXPECT_TRUE(nothing.empty());
}

/// A block of triplets depends on the like pairs inside them too.
TEST(Coverage, SlotsOfLargerClustersReachAsFarAsTheirLargest) {
  CoverageByPair coverage;
  const Slot cn{0.5, 3.0, 1};
  add_coverage(BasisSet({ClusterType(elements({"C", "N", "N"}), 2, {cn, cn, {0.5, 1.0, 1}}, {})}), chain(), coverage);
  EXPECT_EQ(coverage["C-N"].pairs, 4);
  EXPECT_EQ(coverage["N-N"].pairs, 1);
}

TEST(Coverage, PeriodicCopiesCount) {
  Structure crystal;
  crystal.species = elements({"C"});
  crystal.positions = {Eigen::Vector3d::Zero()};
  crystal.cell.vectors = 2 * Eigen::Matrix3d::Identity();
  crystal.cell.periodic = {true, true, true};
  CoverageByPair coverage;
  add_coverage(pairs({{{"C", "C"}, 2.5}}), crystal, coverage);
  EXPECT_EQ(coverage["C-C"].pairs, 3) << "six neighbours, each pair once";
  EXPECT_DOUBLE_EQ(coverage["C-C"].smallest, 2);
}

TEST(Coverage, MergedAndSentItIsTheSame) {
  const BasisSet basis = pairs({{{"C", "N"}, 2.5}, {{"N", "N"}, 5.0}});
  Structure tighter = chain();
  tighter.positions[1].x() = 1.4;
  CoverageByPair together, first, second;
  add_coverage(basis, chain(), together);
  add_coverage(basis, tighter, together);
  add_coverage(basis, chain(), first);
  add_coverage(basis, tighter, second);
  merge_coverage(deserialize_coverage(serialize_coverage(second)), first);
  EXPECT_EQ(serialize_coverage(first), serialize_coverage(together));
  EXPECT_EQ(first["C-N"].smallest, together["C-N"].smallest);
  EXPECT_EQ(first["C-N"].pairs, 6);
  CoverageByPair from_nothing;
  merge_coverage(together, from_nothing);
  EXPECT_EQ(serialize_coverage(from_nothing), serialize_coverage(together));
}

}  // namespace
}  // namespace carillon
