#include "carillon/data/reference_energies.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <random>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

FrameFacts difference(std::vector<long> counts, double energy) {
  FrameFacts out;
  for (const long count : counts) out.atoms += count;
  out.counts = std::move(counts);
  out.energy = energy;
  return out;
}

/// Frames of three elements, of many compositions or (`locked`) with two atoms of the third for each of the second.
std::vector<FrameFacts> random_differences(bool locked) {
  std::mt19937_64 generator(7);
  std::uniform_int_distribution<long> number(1, 60);
  std::normal_distribution<double> noise(0, 0.5);
  std::vector<FrameFacts> out;
  for (int k = 0; k < 25; ++k) {
    const long second = number(generator);
    std::vector<long> counts{number(generator), second, locked ? 2 * second : number(generator)};
    const double energy = -2854.0 * static_cast<double>(counts[0]) + 13.0 * static_cast<double>(counts[1]) +
                          0.7 * static_cast<double>(counts[2]) + noise(generator);
    out.push_back(difference(std::move(counts), energy));
  }
  return out;
}

/// Oracle: the pseudo-inverse by Eigen's singular value decomposition.
Eigen::VectorXd pseudo_inverse_solution(const std::vector<FrameFacts>& facts, int elements) {
  Eigen::MatrixXd n(facts.size(), elements);
  Eigen::VectorXd d(facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    for (int e = 0; e < elements; ++e)
      n(static_cast<Eigen::Index>(i), e) = static_cast<double>(facts[i].counts[static_cast<std::size_t>(e)]);
    d[static_cast<Eigen::Index>(i)] = *facts[i].energy;
  }
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(n, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return svd.solve(d);
}

TEST(ReferenceEnergies, OracleSingularValueDecomposition) {
  for (const bool locked : {false, true}) {
    const auto facts = random_differences(locked);
    const ReferenceEnergies found = fit_reference_energies(facts, {true, true, true});
    const Eigen::VectorXd expected = pseudo_inverse_solution(facts, 3);
    // Condition of the counts below 100, values of 3e3 eV: rounding of either way stays below 1e-9.
    for (int e = 0; e < 3; ++e) EXPECT_NEAR(found.shifts[static_cast<std::size_t>(e)], expected[e], 1e-9) << locked;
    EXPECT_EQ(found.frames, 25);
    EXPECT_GT(found.rms_before, 100);
    EXPECT_LT(found.rms_after, 0.1);
    EXPECT_EQ(found.open.size(), locked ? 1u : 0u);
  }
}

TEST(ReferenceEnergies, TheSmallestOfAllThatFitEquallyWell) {
  const auto facts = random_differences(true);
  const ReferenceEnergies found = fit_reference_energies(facts, {true, true, true});
  ASSERT_EQ(found.open.size(), 1u);
  double along = 0;
  for (std::size_t e = 0; e < 3; ++e) along += found.open[0][e] * found.shifts[e];
  EXPECT_NEAR(along, 0, 1e-9);
}

TEST(ReferenceEnergies, OneStoichiometrySharesTheShiftByAmounts) {
  // 3 C and 1 N in every frame, 8 eV in all: the smallest shifts are 8 (3, 1) / 10.
  const ReferenceEnergies found = fit_reference_energies({difference({3, 1}, 8.0), difference({6, 2}, 16.0)}, {true, true});
  EXPECT_NEAR(found.shifts[0], 2.4, 1e-12);
  EXPECT_NEAR(found.shifts[1], 0.8, 1e-12);
  EXPECT_NEAR(found.rms_before, 2.0, 1e-12);
  EXPECT_NEAR(found.rms_after, 0.0, 1e-12);
  ASSERT_EQ(found.open.size(), 1u);
}

TEST(ReferenceEnergies, OnlyWhatIsAskedForChanges) {
  const ReferenceEnergies found = fit_reference_energies({difference({3, 1}, 9.0), difference({6, 2}, 18.0)}, {true, false});
  EXPECT_NEAR(found.shifts[0], 3.0, 1e-12);
  EXPECT_EQ(found.shifts[1], 0.0);
  EXPECT_TRUE(found.open.empty());
  EXPECT_EQ(fit_reference_energies({}, {true, true}).frames, 0);
  EXPECT_THROW(fit_reference_energies({difference({3, 1}, 9.0)}, {true}), ShapeError);
}

TEST(ReferenceEnergies, FramesWithoutOneOfTheEnergiesAreLeftOut) {
  auto facts = random_differences(false);
  const ReferenceEnergies all = fit_reference_energies(facts, {true, true, true});
  facts.push_back(difference({5, 5, 5}, 0));
  facts.back().energy.reset();
  EXPECT_EQ(fit_reference_energies(facts, {true, true, true}).shifts, all.shifts);
}

}  // namespace
}  // namespace carillon
