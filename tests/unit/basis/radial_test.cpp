// Pair coordinate, smoothing, behaviour below the inner cutoff and penalty: one-dimensional functions with slopes.

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/basis/below_inner.hpp"
#include "carillon/basis/pair_coordinate.hpp"
#include "carillon/basis/penalty.hpp"
#include "carillon/basis/smoothing.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr double step = 1e-5;  // central difference error h² f'''/6 + epsilon/h: about 1e-10

TEST(PairCoordinate, RunsBetweenTheCutoffsWithTheFieldsSigns) {
  for (const CoordinateKind kind : {CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct}) {
    const PairCoordinate coordinate(kind, 0.9, 5.0, 1.34);
    const double at_inner = kind == CoordinateKind::direct ? -1 : 1;
    EXPECT_NEAR(coordinate.at(0.9).s, at_inner, 1e-14) << to_string(kind);
    EXPECT_NEAR(coordinate.at(5.0).s, -at_inner, 1e-14) << to_string(kind);
  }
}

TEST(PairCoordinate, MorseFormula) {
  const PairCoordinate coordinate(CoordinateKind::morse, 0.98, 5.0, 1.4);
  const double a = std::exp(-0.98 / 1.4), b = std::exp(-5.0 / 1.4);
  EXPECT_NEAR(coordinate.at(1.7).s, (2 * std::exp(-1.7 / 1.4) - (a + b)) / (a - b), 1e-14);
}

TEST(PairCoordinate, SlopeEqualsFiniteDifference) {
  for (const CoordinateKind kind : {CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct}) {
    const PairCoordinate coordinate(kind, 0.9, 5.0, 1.34);
    for (double r = 1.0; r < 4.9; r += 0.3)
      EXPECT_NEAR(coordinate.at(r).slope, (coordinate.at(r + step).s - coordinate.at(r - step).s) / (2 * step), 1e-9);
  }
}

TEST(PairCoordinate, RefusesImpossibleRanges) {
  EXPECT_THROW(PairCoordinate(CoordinateKind::morse, 5, 5, 1), DomainError);
  EXPECT_THROW(PairCoordinate(CoordinateKind::morse, -1, 5, 1), DomainError);
  EXPECT_THROW(PairCoordinate(CoordinateKind::morse, 1, 5, 0), DomainError);
  EXPECT_THROW(PairCoordinate(CoordinateKind::inverse, 0, 5, 1), DomainError);
  EXPECT_THROW(PairCoordinate(CoordinateKind::direct, 1, std::nan(""), 1), DomainError);
}

TEST(Smoothing, LimitsAndSlopes) {
  for (const Smoothing smoothing : {Smoothing{SmoothingKind::cubic, 0}, Smoothing{SmoothingKind::tersoff, 0.75}, Smoothing{SmoothingKind::tersoff, 1}}) {
    EXPECT_DOUBLE_EQ(smoothing.at(0, 4).f, 1);
    EXPECT_EQ(smoothing.at(4, 4).f, 0);
    EXPECT_EQ(smoothing.at(5, 4).f, 0);
    EXPECT_LT(smoothing.at(4 - 1e-4, 4).f, 1e-7);
    for (double r = 0.1; r < 3.95; r += 0.17)
      EXPECT_NEAR(smoothing.at(r, 4).slope, (smoothing.at(r + step, 4).f - smoothing.at(r - step, 4).f) / (2 * step), 1e-9);
  }
  const Smoothing half{SmoothingKind::tersoff, 0.5};
  EXPECT_DOUBLE_EQ(half.at(1.999, 4).f, 1);
  EXPECT_NEAR(half.at(3, 4).f, 0.5, 1e-15);
  EXPECT_THROW((Smoothing{SmoothingKind::tersoff, 0}.check()), DomainError);
}

TEST(BelowInner, IsContinuousAtTheInnerCutoff) {
  for (const BelowInner behaviour : {BelowInner::smooth, BelowInner::constant_slope}) {
    EXPECT_DOUBLE_EQ(below_inner_shift(behaviour, 1.0, 1.0).shift, 0);
    EXPECT_DOUBLE_EQ(below_inner_shift(behaviour, 1.0, 1.0).slope, 1);
    const double difference = (below_inner_shift(behaviour, 0.98 + step, 1).shift - below_inner_shift(behaviour, 0.98 - step, 1).shift) / (2 * step);
    EXPECT_NEAR(below_inner_shift(behaviour, 0.98, 1).slope, difference, 1e-6);
  }
  EXPECT_NEAR(below_inner_shift(BelowInner::smooth, 0.5, 1).shift, -0.01, 1e-15) << "the energy shift levels off at w = 0.01 Å";
  EXPECT_EQ(below_inner_shift(BelowInner::zero_slope, 0.5, 1).slope, 0);
}

TEST(Penalty, CubicBelowItsOnsetAndNothingAbove) {
  const Penalty penalty{0.02, 100};
  EXPECT_EQ(penalty.at(1.02, 1).energy, 0);
  EXPECT_NEAR(penalty.at(0.92, 1).energy, 100 * 0.001, 1e-14);
  EXPECT_NEAR(penalty.at(0.92, 1).slope, (penalty.at(0.92 + step, 1).energy - penalty.at(0.92 - step, 1).energy) / (2 * step), 1e-7);
}

TEST(RadialNames, RoundTripAndRefusal) {
  for (const CoordinateKind kind : {CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct}) EXPECT_EQ(coordinate_kind(to_string(kind)), kind);
  for (const SmoothingKind kind : {SmoothingKind::cubic, SmoothingKind::tersoff}) EXPECT_EQ(smoothing_kind(to_string(kind)), kind);
  for (const BelowInner kind : {BelowInner::smooth, BelowInner::zero_slope, BelowInner::constant_slope}) EXPECT_EQ(below_inner(to_string(kind)), kind);
  EXPECT_THROW(coordinate_kind("Morse"), InputError);
  EXPECT_THROW(smoothing_kind("quintic"), InputError);
  EXPECT_THROW(below_inner("hard"), InputError);
}

}  // namespace
}  // namespace carillon
