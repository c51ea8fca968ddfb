#include "carillon/geometry/close_pairs.hpp"

#include <gtest/gtest.h>

#include "support/random_models.hpp"

namespace carillon {
namespace {

const Element c = *Element::from_symbol("C");
const Element n = *Element::from_symbol("N");

Structure three_atoms(double distance) {
  Structure frame;
  frame.species = {c, n, c};
  frame.positions = {{0, 0, 0}, {distance, 0, 0}, {0, 2, 0}};
  frame.label = "made";
  return frame;
}

std::vector<Finding> findings_of(const Structure& frame, const std::map<ElementPair, double>& inner) {
  return find_short_distances(frame, closest_pairs(frame, NeighborList(frame, 5)), inner);
}

TEST(ClosePairs, OracleByAllImages) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const Structure frame = testing::random_structure(testing::elements({"C", "N"}), 12, 6, 1.0, seed);
    const auto found = closest_pairs(frame, NeighborList(frame, 6));
    std::map<ElementPair, double> smallest;
    for (std::size_t i = 0; i < frame.size(); ++i)
      for (std::size_t j = 0; j < frame.size(); ++j)
        for (int x = -2; x <= 2; ++x)
          for (int y = -2; y <= 2; ++y)
            for (int z = -2; z <= 2; ++z) {
              const Eigen::Vector3d shift = frame.cell.vectors.transpose() * Eigen::Vector3d(x, y, z);
              const double r = (frame.positions[j] + shift - frame.positions[i]).norm();
              if (r < 1e-9) continue;
              double& best = smallest.try_emplace(element_pair(frame.species[i], frame.species[j]), 1e300).first->second;
              best = std::min(best, r);
            }
    ASSERT_EQ(found.size(), 3u);
    for (const auto& [pair, closest] : found) EXPECT_NEAR(closest.distance, smallest.at(pair), 1e-12) << pair_name(pair);
  }
}

TEST(ClosePairs, NamesAreSorted) { EXPECT_EQ(pair_name(element_pair(n, c)), "C-N"); }

TEST(ClosePairs, ImplausibleIsAnErrorAndBelowInnerAWarning) {
  EXPECT_TRUE(findings_of(three_atoms(0.9), {}).empty());
  EXPECT_TRUE(findings_of(three_atoms(0.9), {{{c, n}, 0.89}, {{c, c}, 1.9}}).empty());
  const auto below = findings_of(three_atoms(0.9), {{{c, n}, 0.95}});
  ASSERT_EQ(below.size(), 1u);
  EXPECT_EQ(below[0].severity, Severity::warning);
  EXPECT_EQ(below[0].check, "below_inner");
  EXPECT_EQ(below[0].message, "the C-N distance to atom 1 is 0.900 Å, below the inner cutoff 0.95");
  const auto implausible = findings_of(three_atoms(0.7), {{{c, n}, 0.95}});
  ASSERT_EQ(implausible.size(), 1u);
  EXPECT_EQ(implausible[0].severity, Severity::error);
  EXPECT_EQ(implausible[0].check, "short_distance");
  EXPECT_EQ(implausible[0].where.atom, 0);
}

}  // namespace
}  // namespace carillon
