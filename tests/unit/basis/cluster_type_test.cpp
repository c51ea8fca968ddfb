#include "carillon/basis/cluster_type.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/basis/basis_set.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

const Element C = *Element::from_symbol("C");
const Element N = *Element::from_symbol("N");

TEST(ClusterType, SortsElementsAndNamesItself) {
  const Slot cc{0.98, 5, 1.4}, cn{0.9, 5, 1.34};
  const ClusterType type({N, C, C}, 10, {cc, cn, cn}, {});
  EXPECT_EQ(type.name(), "CCN");
  EXPECT_EQ(type.columns(), 531);
  EXPECT_EQ(type.max_power(), 9);
  EXPECT_EQ(ClusterType({C, N}, 25, {cn}, {}).columns(), 25);
  EXPECT_EQ(ClusterType({C}, 1, {}, {}).columns(), 1);
}

TEST(ClusterType, SlotValuesAndSlopesAreConsistentAboveAndBelowTheInnerCutoff) {
  for (const BelowInner behaviour : {BelowInner::smooth, BelowInner::zero_slope, BelowInner::constant_slope})
    for (const CoordinateKind kind : {CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct}) {
      const ClusterType type({C, C}, 12, {{1.0, 4.0, 1.3}}, {kind, {SmoothingKind::tersoff, 0.5}, behaviour});
      std::vector<double> values(13), slopes(13), ahead(13), behind(13), unused(13);
      for (const double r : {0.9, 0.97, 0.995, 1.01, 1.5, 2.5, 3.9}) {
        constexpr double step = 1e-6;
        type.evaluate_slot(0, r, values, slopes);
        type.evaluate_slot(0, r + step, ahead, unused);
        type.evaluate_slot(0, r - step, behind, unused);
        for (std::size_t n = 0; n <= 12; ++n)
          EXPECT_NEAR(slopes[n], (ahead[n] - behind[n]) / (2 * step), 1e-5 * (1 + std::abs(slopes[n]))) << "T_" << n << " at " << r;
      }
    }
}

TEST(ClusterType, VanishesAtTheOuterCutoff) {
  const ClusterType type({C, C}, 12, {{1.0, 4.0, 1.3}}, {});
  std::vector<double> values(13), slopes(13);
  type.evaluate_slot(0, 4 - 1e-6, values, slopes);
  for (const double value : values) EXPECT_NEAR(value, 0, 1e-11);
}

TEST(ClusterType, RefusesWhatWouldBreakPermutationSymmetry) {
  const Slot a{1, 5, 1.4}, b{1, 4, 1.4};
  EXPECT_THROW(ClusterType({C, C, C}, 5, {a, a, b}, {}), DomainError);
  EXPECT_THROW(ClusterType({C, C, C}, 5, {a, a}, {}), ShapeError);
  EXPECT_THROW(ClusterType({C, C, C}, 1, {a, a, a}, {}), DomainError);
  EXPECT_THROW(ClusterType({C, C}, 5, {{5, 4, 1}}, {}), DomainError);
}

TEST(BasisSet, NumbersColumnsAndFindsTypes) {
  const Slot cc{0.98, 5, 1.4}, cn{0.9, 6, 1.34};
  const BasisSet basis({ClusterType({C}, 1, {}, {}), ClusterType({C, N}, 3, {cn}, {}), ClusterType({C, C, N}, 3, {cc, cn, cn}, {})});
  EXPECT_EQ(basis.first_column(1), 1);
  EXPECT_EQ(basis.first_column(2), 4);
  EXPECT_EQ(basis.find(std::vector<Element>{N, C, C}), 2u);
  EXPECT_FALSE(basis.find(std::vector<Element>{N, N}).has_value());
  EXPECT_EQ(basis.column_name(0), "C");
  EXPECT_EQ(basis.column_name(2), "CN 2");
  EXPECT_EQ(basis.column_name(4), "CCN 0-1-1");
  EXPECT_EQ(basis.cutoff(), 6);
  EXPECT_EQ(basis.cutoff(4), 0);
  EXPECT_THROW(BasisSet({ClusterType({C}, 1, {}, {}), ClusterType({C}, 1, {}, {})}), DomainError);
}

}  // namespace
}  // namespace carillon
