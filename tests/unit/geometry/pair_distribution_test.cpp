#include "carillon/geometry/pair_distribution.hpp"

#include <gtest/gtest.h>

#include <random>

namespace carillon {
namespace {

const Element c = *Element::from_symbol("C");
const Element n = *Element::from_symbol("N");

/// Atoms that do not know of each other.
Structure ideal_gas(unsigned seed, std::size_t atoms, double edge) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> place(0, edge);
  Structure frame;
  frame.cell.vectors = edge * Eigen::Matrix3d::Identity();
  frame.cell.periodic = {true, true, true};
  for (std::size_t i = 0; i < atoms; ++i) {
    frame.species.push_back(i % 4 == 0 ? n : c);
    frame.positions.emplace_back(place(generator), place(generator), place(generator));
  }
  return frame;
}

TEST(PairDistribution, IdentityOneInAnIdealGas) {
  PairDistribution distribution(5, 0.5);
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const Structure frame = ideal_gas(seed, 60, 11);
    distribution.add(frame, NeighborList(frame, 5));
  }
  for (const ElementPair& pair : {ElementPair(c, c), ElementPair(c, n), ElementPair(n, n)}) {
    const std::vector<double> g = distribution.radial_distribution(pair);
    ASSERT_EQ(g.size(), 10u);
    const PairHistogram& histogram = distribution.histograms().at(pair);
    for (std::size_t k = 4; k < g.size(); ++k) {
      // N_a² / 2V stands for N_a (N_a - 1) / 2V of like atoms: a bias of 1/15 for nitrogen. Counts scatter by their root.
      const double noise = 5 / std::sqrt(static_cast<double>(histogram.counts[k]));
      EXPECT_NEAR(g[k], 1, noise + (pair.first == pair.second ? 0.07 : 0)) << pair_name(pair) << " bin " << k;
    }
  }
}

TEST(PairDistribution, CountsBelowADistance) {
  Structure frame;
  frame.species = {c, c, n};
  frame.positions = {{0, 0, 0}, {1.005, 0, 0}, {0, 2.5, 0}};
  frame.origin = {"trimer.extxyz", 2, 0, -1};
  PairDistribution distribution(4, 0.01);
  distribution.add(frame, NeighborList(frame, 4));
  const PairHistogram& histogram = distribution.histograms().at({c, c});
  EXPECT_EQ(histogram.pairs(), 1);
  EXPECT_NEAR(histogram.smallest, 1.005, 1e-12);
  EXPECT_EQ(histogram.nearest.text(), "trimer.extxyz:2: frame 0, atom 0");
  EXPECT_EQ(histogram.nearest_other, 1);
  EXPECT_EQ(histogram.pairs_below(1.0, 0.01), 0);
  EXPECT_EQ(histogram.pairs_below(1.01, 0.01), 1);
  EXPECT_EQ(histogram.pairs_below(99, 0.01), 1);
  EXPECT_EQ(distribution.histograms().at({c, n}).pairs(), 2);
}

TEST(PairDistribution, InvarianceOfMergingAndCollecting) {
  PairDistribution together(5);
  PairDistribution merged(5);
  for (unsigned seed = 1; seed <= 3; ++seed) {
    Structure frame = ideal_gas(seed, 20, 8);
    frame.origin = {"gas.extxyz", 0, seed, -1};
    const NeighborList neighbors(frame, 5);
    together.add(frame, neighbors);
    PairDistribution one(5);
    one.add(frame, neighbors);
    merged.merge(one);
  }
  for (const auto& [pair, histogram] : together.histograms()) {
    EXPECT_EQ(merged.histograms().at(pair).counts, histogram.counts);
    EXPECT_EQ(merged.histograms().at(pair).smallest, histogram.smallest);
    EXPECT_EQ(merged.histograms().at(pair).nearest.text(), histogram.nearest.text());
    EXPECT_EQ(merged.histograms().at(pair).nearest_other, histogram.nearest_other);
    EXPECT_EQ(merged.histograms().at(pair).ideal_density, histogram.ideal_density);
  }
  EXPECT_THROW(together.merge(PairDistribution(4)), ShapeError);
  EXPECT_THROW(PairDistribution(1, 2), DomainError);
}

}  // namespace
}  // namespace carillon
