#include "carillon/geometry/pair_shells.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace carillon {
namespace {

constexpr double width = 0.01;

struct Peak {
  double place;
  double height;
  double sigma;
};

/// Gaussian shells that go over into 1 beyond `liquid` Å.
std::vector<double> curve(const std::vector<Peak>& peaks, double liquid) {
  std::vector<double> out;
  for (int k = 0; k < 800; ++k) {
    const double r = (k + 0.5) * width;
    double g = r > liquid ? 1 : 0;
    for (const Peak& peak : peaks) g += peak.height * std::exp(-std::pow((r - peak.place) / peak.sigma, 2) / 2);
    out.push_back(g);
  }
  return out;
}

TEST(PairShells, RecoveryOfALiquid) {
  // Minima of the sum of neighbouring Gaussians, worked out by hand from equal sigmas and heights: half way.
  const PairShells shells = pair_shells(curve({{1.45, 3, 0.15}, {2.55, 3, 0.15}, {3.65, 3, 0.15}}, 99), width);
  EXPECT_NEAR(shells.first_peak, 1.45, 0.011);
  EXPECT_NEAR(shells.first_minimum, 2.0, 0.05);
  EXPECT_NEAR(shells.second_minimum, 3.1, 0.05);
}

TEST(PairShells, MoleculesHaveAnEmptyStretchBetweenShells) {
  const PairShells shells = pair_shells(curve({{1.1, 60, 0.03}, {3.4, 1.5, 0.2}, {5.4, 1.2, 0.3}}, 99), width);
  EXPECT_NEAR(shells.first_peak, 1.1, 0.011);
  EXPECT_GT(shells.first_minimum, 1.4);
  EXPECT_LT(shells.first_minimum, 2.9);
  EXPECT_NEAR(shells.second_minimum, 4.35, 0.3);
}

TEST(PairShells, AFewClosePairsAreNoPeakAndRipplesNoShell) {
  std::vector<double> g = curve({{1.0, 0.5, 0.05}, {1.45, 3, 0.12}, {2.5, 2, 0.25}}, 3.2);
  for (std::size_t k = 0; k < g.size(); ++k) g[k] *= 1 + 0.05 * std::sin(40 * static_cast<double>(k) * width);
  const PairShells shells = pair_shells(g, width);
  EXPECT_NEAR(shells.first_peak, 1.45, 0.03);
  EXPECT_NEAR(shells.first_minimum, 1.9, 0.15);
}

TEST(PairShells, WhatDoesNotShowIsZero) {
  EXPECT_EQ(pair_shells({}, width).first_peak, 0);
  EXPECT_EQ(pair_shells(std::vector<double>(800, 0.0), width).first_peak, 0);
  const PairShells one = pair_shells(curve({{1.1, 60, 0.03}}, 99), width);
  EXPECT_NEAR(one.first_peak, 1.1, 0.011);
  EXPECT_EQ(one.second_minimum, 0);
}

}  // namespace
}  // namespace carillon
