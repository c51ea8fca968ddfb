// Recovery: coefficients made at random, data without noise computed from them, and the fit that has to find them again.

#include <gtest/gtest.h>

#include "carillon/block/block_file.hpp"
#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/fit/pipeline.hpp"
#include "support/fit_observers.hpp"
#include "support/largest_deviation.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::LargestDeviation;
using testing::random_coefficients;
using testing::random_structure;
using testing::TemporaryFolder;

/// Two-, three- and four-body terms with 174 unknowns in the three blocks.
const std::string head = R"(
data:
  - {file: train.extxyz, require: [energy, forces, stress]}
basis:
  order: {pair: 6, triplet: 4, quadruplet: 2}
  smoothing: {kind: tersoff, fraction: 0.6}
  pairs:
    C-C: {inner: 1.1, outer: 4.0, lambda: 1.4}
    N-N: {inner: 1.0, outer: 4.2, lambda: 1.1}
    C-N: {inner: 1.05, outer: 3.9, lambda: 1.3}
  outer: {triplet: 3.4, quadruplet: 3.0}
  special: [{cluster: CCN, outer: {C-N: 3.1}}]
)";

const std::string no_prior = "solver: {strength: 0}\n";

/// A random model and a file of frames labelled with it.
class Recovery : public ::testing::Test {
protected:
  Recovery() {
    const Recipe recipe = parse_recipe(head + "blocks: [{name: [C, N, C-N]}]\n", "truth", folder_.path(""));
    const BasisSet basis = blocks_basis(recipe.steps[0].basis, recipe.steps[0].blocks);
    truth_ = compose(split_into_blocks(basis, random_coefficients(basis, 20), {}));
    ExtxyzWriter writer(folder_.path("train.extxyz"));
    unsigned seed = 0;
    for (const Composition& composition : compositions_)
      for (int k = 0; k < 8; ++k, ++seed) writer.write(labelled(composition, seed));
    writer.commit();
  }

  struct Composition {
    std::string label;
    std::vector<const char*> symbols;
    std::size_t atoms;
  };

  /// Frame sizes alternate, so that one energy constant an element is all that the energies can hide.
  Structure labelled(const Composition& composition, unsigned seed) const {
    Structure frame = random_structure(elements(composition.symbols), composition.atoms + 2 * (seed % 3), 5.2 + 0.2 * (seed % 4),
                                       1.2, seed + 1);
    const Prediction prediction = ChimesPotential(truth_).evaluate(frame);
    frame.energy = prediction.energy;
    frame.forces = prediction.forces;
    frame.stress = prediction.stress;
    frame.label = composition.label;
    return frame;
  }

  FitResult fit(const std::string& tail) const {
    const std::string path = folder_.file("recipe.yaml", head + tail);
    const Recipe recipe = read_recipe(path);
    const Dataset data(recipe.data);
    return run_fit(recipe, data, split_frames(recipe, data).train, Communicator(), testing::silent_observer());
  }

  /// Predictions on frames that no fit has seen, relative to the largest value of their kind in the frame.
  void expect_recovered(const FitResult& result, double tolerance = 1e-8) const {
    for (const StepReport& step : result.steps) {
      if (step.frozen) continue;
      EXPECT_EQ(solve_status_name(step.solution.summary.status), "ok") << step.solution.summary.message;
      EXPECT_GT(step.rows.total(), step.columns);
      EXPECT_EQ(step.solution.summary.rank, step.columns);
      RecordProperty("condition_" + step.blocks.back(), std::to_string(step.solution.summary.condition));
    }
    LargestDeviation energy, force, stress;
    const ChimesPotential fitted(result.model);
    for (const Composition& composition : compositions_)
      for (unsigned seed = 1000; seed < 1003; ++seed) {
        const Structure held_out = labelled(composition, seed);
        const Prediction prediction = fitted.evaluate(held_out);
        energy.compare(prediction.energy, *held_out.energy, std::abs(*held_out.energy), energy.count());
        double largest_force = 0;
        for (const Eigen::Vector3d& value : *held_out.forces) largest_force = std::max(largest_force, value.norm());
        for (std::size_t i = 0; i < held_out.size(); ++i)
          force.compare((prediction.forces[i] - (*held_out.forces)[i]).norm(), 0, largest_force, force.count());
        stress.compare((prediction.stress - *held_out.stress).norm(), 0, held_out.stress->norm(), stress.count());
      }
    energy.expect_within(tolerance, "energy");
    force.expect_within(tolerance, "force");
    stress.expect_within(tolerance, "stress");
  }

  /// Each coefficient, relative to the largest of its block. An error of epsilon in a row grows at most with the condition.
  void expect_coefficients(const FitResult& result) const {
    LargestDeviation deviation;
    ASSERT_EQ(result.model.blocks.size(), truth_.blocks.size());
    for (std::size_t b = 0; b < truth_.blocks.size(); ++b) {
      const Block& expected = truth_.blocks[b];
      const Block& found = result.model.blocks[b];
      ASSERT_EQ(found.name(), expected.name());
      ASSERT_EQ(found.coefficients.size(), expected.coefficients.size());
      for (std::size_t c = 0; c < expected.coefficients.size(); ++c)
        deviation.compare(found.coefficients[c], expected.coefficients[c], 1, deviation.count());
    }
    deviation.expect_within(1e-7, "coefficient_ev");
  }

  const std::vector<Composition> compositions_ = {{"carbon", {"C"}, 10}, {"nitrogen", {"N"}, 10}, {"mixture", {"C", "N"}, 12}};
  TemporaryFolder folder_;
  Hierarchy truth_;
};

TEST_F(Recovery, CrossBlockOnFrozenBlocksFromFolders) {
  write_block(folder_.path("C"), truth_.blocks[0]);
  write_block(folder_.path("N"), truth_.blocks[1]);
  const FitResult result = fit(no_prior + "blocks: [{name: C, frozen: C}, {name: N, frozen: N}, {name: C-N}]\n");
  expect_recovered(result);
  expect_coefficients(result);
}

TEST_F(Recovery, BlocksOneAfterTheOther) {
  const FitResult result = fit(no_prior + "blocks: [{name: C}, {name: N}, {name: C-N}]\n");
  expect_recovered(result);
  expect_coefficients(result);
}

TEST_F(Recovery, AllBlocksInOneStep) {
  const FitResult result = fit(no_prior + "blocks: [{name: [C, N, C-N]}]\n");
  expect_recovered(result);
  expect_coefficients(result);
}

/// Without noise every row holds exactly, so no choice of weights can move the answer.
TEST_F(Recovery, WeightsAndMultiplicitiesDoNotMoveAnExactAnswer) {
  const FitResult result = fit(no_prior + R"(
weights:
  force: 0.7
  energy: 0.3
  stress: 5
  energy_per_atom: true
  stress_times_volume: true
  multiplicity: {energy: 3, shear: 2}
  labels: {mixture: 0.25}
blocks: [{name: C}, {name: N}, {name: C-N}]
)");
  expect_recovered(result);
  expect_coefficients(result);
}

/// The prior pulls by its strength and no more: the deviation is proportional to it up to a share of strength times the square of
/// the condition, 2e-13 * 2.4e5^2 = 0.012.
TEST_F(Recovery, AWeakPriorMovesTheAnswerInProportionToItsStrength) {
  const auto error = [&](const std::string& strength) {
    const FitResult result = fit("solver: {strength: " + strength + "}\nblocks: [{name: [C, N, C-N]}]\n");
    double sum = 0;
    for (std::size_t b = 0; b < truth_.blocks.size(); ++b)
      for (std::size_t c = 0; c < truth_.blocks[b].coefficients.size(); ++c)
        sum += std::pow(result.model.blocks[b].coefficients[c] - truth_.blocks[b].coefficients[c], 2);
    return std::sqrt(sum);
  };
  EXPECT_NEAR(error("2e-13") / error("1e-13"), 2, 2 * 0.012);
  expect_recovered(fit("solver: {strength: 1e-20}\nblocks: [{name: [C, N, C-N]}]\n"));
}

TEST_F(Recovery, EnergyOffsetsOfBothElements) {
  const FitResult result = fit(no_prior + "blocks: [{name: C}, {name: N}, {name: C-N}]\n");
  LargestDeviation deviation;
  for (const std::size_t block : {std::size_t{0}, std::size_t{1}}) {
    const auto type = truth_.blocks[block].basis.find(std::vector{truth_.blocks[block].elements[0]});
    ASSERT_TRUE(type);
    const auto column = static_cast<std::size_t>(truth_.blocks[block].basis.first_column(*type));
    deviation.compare(result.model.blocks[block].coefficients[column], truth_.blocks[block].coefficients[column]);
  }
  EXPECT_EQ(deviation.count(), 2u);
  deviation.expect_within(1e-8, "offset_ev");
}

/// What is left out of the fit cannot be recovered: the test that the tests above can fail.
TEST_F(Recovery, AMissingTermSpoilsThePrediction) {
  const FitResult result = fit(no_prior + "blocks: [{name: C}, {name: N}, {name: C-N, basis: {absent: [CCN]}}]\n");
  const Structure held_out = labelled(compositions_[2], 1000);
  const double error = ChimesPotential(result.model).evaluate(held_out).energy - *held_out.energy;
  EXPECT_GT(std::abs(error), 1e-3);
  EXPECT_GT(result.steps[2].solution.summary.rms, 1e-3);
}

}  // namespace
}  // namespace carillon
