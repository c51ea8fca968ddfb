#include "carillon/fit/label_agreement.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "carillon/core/units.hpp"

namespace carillon {
namespace {

/// Labels `factor` times what they should be, seen by a model that is off by so much of the signal.
LabelAgreement made(double factor, double noise, unsigned seed = 1) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  LabelAgreement out;
  for (int k = 0; k < 300; ++k) {
    const double truth = normal(generator);
    out.add(truth + noise * normal(generator), factor * truth);
  }
  return out;
}

TEST(LabelAgreement, IdentitiesByHand) {
  LabelAgreement agreement;
  agreement.add(1, -2);
  agreement.add(2, -4);
  EXPECT_EQ(agreement.count, 2);
  EXPECT_DOUBLE_EQ(agreement.correlation(), -1);
  EXPECT_DOUBLE_EQ(agreement.ratio(), 2);
  EXPECT_DOUBLE_EQ(agreement.misfit(-2), 0);
  EXPECT_DOUBLE_EQ(agreement.misfit(1), std::sqrt((9.0 + 36.0) / 2));
  LabelAgreement twice = agreement;
  twice.merge(agreement);
  EXPECT_EQ(twice.count, 4);
  EXPECT_DOUBLE_EQ(twice.misfit(1), agreement.misfit(1));
  EXPECT_EQ(LabelAgreement().correlation(), 0);
}

TEST(LabelAgreement, RecoveryOfEveryMistakeOfUnit) {
  const std::vector<std::vector<UnitMistake>> all = {stress_unit_mistakes(350), energy_unit_mistakes(100), force_unit_mistakes()};
  for (const auto& mistakes : all)
    for (const UnitMistake& mistake : mistakes)
      for (const double sign : {1.0, -1.0}) {
        const UnitVerdict verdict = unit_verdict(made(sign * mistake.factor, 0.4), mistakes);
        EXPECT_EQ(verdict.kind, UnitVerdict::Kind::wrong) << mistake.words;
        EXPECT_NE(verdict.words.find(mistake.words), std::string::npos) << mistake.words << ": " << verdict.words;
        EXPECT_EQ(verdict.words.find("their sign is wrong") != std::string::npos, sign < 0) << verdict.words;
      }
}

TEST(LabelAgreement, WhatIsRightAndWhatCannotBeSaid) {
  using Kind = UnitVerdict::Kind;
  const auto kind = [](double factor, double noise) { return unit_verdict(made(factor, noise), stress_unit_mistakes(300)).kind; };
  EXPECT_EQ(kind(1, 0.5), Kind::right);
  EXPECT_EQ(kind(1.7, 0.5), Kind::right);
  EXPECT_EQ(kind(0.6, 0.3), Kind::right);
  EXPECT_EQ(kind(-1, 0.5), Kind::wrong);
  EXPECT_EQ(kind(4, 0.5), Kind::wrong);
  EXPECT_EQ(kind(1, 5), Kind::unclear);
  EXPECT_EQ(kind(-1, 5), Kind::unclear);
  EXPECT_NE(unit_verdict(made(3.2, 0.1), stress_unit_mistakes(300)).words.find("no unit known here"), std::string::npos);
}

double factor_of(const std::vector<UnitMistake>& mistakes, const std::string& unit) {
  for (const UnitMistake& mistake : mistakes)
    if (mistake.words.starts_with(unit)) return mistake.factor;
  throw std::out_of_range(unit);
}

TEST(LabelAgreement, FactorsAgreeWithTheUnits) {
  // CODATA 2022, worked out by hand: 1 Hartree/bohr³ = 29421.0157 GPa.
  EXPECT_NEAR(1 / factor_of(stress_unit_mistakes(0), "Hartree"), 29421.0157 / units::ev_per_cubic_angstrom_to_gpa, 1e-3);
  EXPECT_NEAR(1 / factor_of(force_unit_mistakes(), "Rydberg"), 25.711, 1e-3);
}

}  // namespace
}  // namespace carillon
