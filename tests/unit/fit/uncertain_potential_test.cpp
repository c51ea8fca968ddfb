#include "carillon/fit/uncertain_potential.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

using testing::normal_numbers;
using testing::small_basis;

Hierarchy small_model(const std::vector<const char*>& symbols) {
  const BasisSet basis = small_basis(symbols);
  return compose(split_into_blocks(basis, testing::random_coefficients(basis, 3), {}));
}

BlockPosterior made_posterior(const Block& block, double noise_variance, unsigned seed) {
  const long columns = block.basis.columns();
  TriangularFactor factor(columns + 1);
  factor.absorb(normal_numbers(2 * columns * (columns + 1), seed), 2 * columns);
  return {block.name(),
          block_checksum(block),
          Posterior(factor, std::vector<double>(static_cast<std::size_t>(columns), 1.0), noise_variance),
          {}};
}

/// Posteriors of C, N and C-N, of which the last follows both others.
std::vector<BlockPosterior> made_posteriors(const Hierarchy& model) {
  std::vector<BlockPosterior> posteriors;
  for (std::size_t b = 0; b < 3; ++b) posteriors.push_back(made_posterior(model.blocks[b], 0.04, 20 + static_cast<unsigned>(b)));
  for (std::size_t parent = 0; parent < 2; ++parent) {
    Matrix slope(model.blocks[2].basis.columns(), model.blocks[parent].basis.columns());
    const std::vector<double> numbers = normal_numbers(static_cast<long>(slope.size()), 30 + static_cast<unsigned>(parent));
    for (std::size_t k = 0; k < slope.size(); ++k) slope.values()[k] = 0.2 * numbers[k];
    posteriors[2].parents.push_back({model.blocks[parent].name(), posteriors[parent].checksum, std::move(slope)});
  }
  return posteriors;
}

Structure frame_of(const std::vector<const char*>& symbols, unsigned seed) {
  return testing::random_structure(testing::elements(symbols), 6, 5.0, 1.3, seed);
}

TEST(UncertainPotential, DeviationsAreThoseOfACommittee) {
  const Hierarchy model = small_model({"C", "N"});
  const std::vector<BlockPosterior> posteriors = made_posteriors(model);
  const UncertainPotential potential(model, posteriors);
  const Structure frame = frame_of({"C", "N"}, 4);
  const Prediction prediction = potential.evaluate(frame);
  ASSERT_TRUE(prediction.deviation);
  constexpr long count = 1500;
  double energy = 0.0;
  Eigen::Matrix3d stress = Eigen::Matrix3d::Zero();
  std::vector<Eigen::Vector3d> forces(frame.size(), Eigen::Vector3d::Zero());
  for (const std::vector<Block>& member : sample_committee(model.blocks, posteriors, count, 7)) {
    const Prediction drawn = ChimesPotential(compose(member)).evaluate(frame);
    energy += std::pow(drawn.energy - prediction.energy, 2) / count;
    stress += (drawn.stress - prediction.stress).cwiseAbs2() / count;
    for (std::size_t i = 0; i < frame.size(); ++i) forces[i] += (drawn.forces[i] - prediction.forces[i]).cwiseAbs2() / count;
  }
  const auto expect = [&](double squared, double deviation) {
    EXPECT_NEAR(std::sqrt(squared), deviation, 4.5 * deviation / std::sqrt(2.0 * count));
  };
  expect(energy, prediction.deviation->energy);
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) expect(stress(r, c), prediction.deviation->stress(r, c));
  for (std::size_t i = 0; i < frame.size(); ++i)
    for (int d = 0; d < 3; ++d) expect(forces[i][d], prediction.deviation->forces[i][d]);
}

TEST(UncertainPotential, PredictsWhatTheModelPredicts) {
  const Hierarchy model = small_model({"C", "N"});
  const UncertainPotential potential(model, made_posteriors(model));
  const Structure frame = frame_of({"C", "N"}, 5);
  EXPECT_EQ(potential.evaluate(frame).energy, ChimesPotential(model).evaluate(frame).energy);
  EXPECT_EQ(potential.evaluate(frame).forces, ChimesPotential(model).evaluate(frame).forces);
}

TEST(UncertainPotential, ParentsMatterThroughTheirChildren) {
  // Only the parent C is uncertain, in a frame of C and N: slopes of the child change what it means.
  const Hierarchy model = small_model({"C", "N"});
  std::vector<BlockPosterior> posteriors = made_posteriors(model);
  posteriors[1].posterior.scale(1e-9);
  posteriors[2].posterior.scale(1e-9);
  const Structure frame = frame_of({"C", "N"}, 6);
  const double with_slopes = UncertainPotential(model, posteriors).evaluate(frame).deviation->energy;
  posteriors[2].parents.clear();
  const double without = UncertainPotential(model, posteriors).evaluate(frame).deviation->energy;
  EXPECT_GT(std::abs(with_slopes - without), 1e-3 * without);
}

TEST(UncertainPotential, BlocksWithoutPosteriorAreCertainAndNamed) {
  const Hierarchy model = small_model({"C", "N"});
  std::vector<BlockPosterior> posteriors = made_posteriors(model);
  posteriors.erase(posteriors.begin(), posteriors.begin() + 2);
  posteriors[0].parents.clear();
  const UncertainPotential potential(model, posteriors);
  EXPECT_EQ(potential.certain_blocks(), (std::vector<std::string>{"C", "N"}));
  EXPECT_EQ(potential.evaluate(frame_of({"C"}, 8)).deviation->energy, 0.0);
  EXPECT_GT(potential.evaluate(frame_of({"C", "N"}, 8)).deviation->energy, 0.0);
  EXPECT_THROW(UncertainPotential(model, {}), InputError);
  EXPECT_THROW(UncertainPotential(model, posteriors, 0.0), DomainError);
  posteriors[0].checksum = "another";
  EXPECT_THROW(UncertainPotential(model, posteriors), InputError);
}

TEST(UncertainPotential, IsScaled) {
  const Hierarchy model = small_model({"C"});
  const std::vector<BlockPosterior> posteriors{made_posterior(model.blocks[0], 1.0, 9)};
  const Structure frame = frame_of({"C"}, 9);
  const Deviation one = *UncertainPotential(model, posteriors).evaluate(frame).deviation;
  const Deviation three = *UncertainPotential(model, posteriors, 3.0).evaluate(frame).deviation;
  EXPECT_DOUBLE_EQ(three.energy, 3.0 * one.energy);
  EXPECT_DOUBLE_EQ(three.forces[2][1], 3.0 * one.forces[2][1]);
  EXPECT_DOUBLE_EQ(three.stress(0, 1), 3.0 * one.stress(0, 1));
}

TEST(UncertainPotential, IsTheSameForAnyNumberOfThreads) {
  const Hierarchy model = small_model({"C", "N"});
  const UncertainPotential potential(model, made_posteriors(model));
  const Structure frame = testing::random_structure(testing::elements({"C", "N"}), 40, 9.0, 1.3, 10);
  const int before = threads();
  set_threads(1);
  const Deviation one = *potential.evaluate(frame).deviation;
  set_threads(3);
  const Deviation three = *potential.evaluate(frame).deviation;
  set_threads(before);
  EXPECT_EQ(one.energy, three.energy);
  EXPECT_EQ(one.forces, three.forces);
  EXPECT_EQ(one.stress, three.stress);
}

}  // namespace
}  // namespace carillon
