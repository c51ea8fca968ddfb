#include "carillon/fit/step_checkpoint.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <limits>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/fit/pipeline.hpp"
#include "support/temporary_file.hpp"
#include "unit/fit/made_data.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;

constexpr std::chrono::seconds never(1000000);
constexpr double infinity = std::numeric_limits<double>::infinity();

FrameNotes some_notes() {
  FrameNotes notes;
  notes.residual = ResidualTally::deserialize(R"({"a": [3, 0.1, 0.30000000000000004]})");
  notes.coverage["C-N"] = {0.1 + 0.2, 4.9, 7};
  return notes;
}

std::vector<RowStream> two_streams() {
  std::vector<RowStream> streams;
  for (int k = 0; k < 2; ++k) streams.emplace_back(3);
  return streams;
}

TriangularFactor some_factor() {
  TriangularFactor factor(3);
  factor.absorb(std::vector<double>{1, 2, 3, 4, 5, 7}, 2);
  return factor;
}

Matrix some_matrix(long rows, long columns) {
  Matrix matrix(rows, columns);
  for (std::size_t k = 0; k < matrix.size(); ++k) matrix.values()[k] = 1.0 / static_cast<double>(k + 3);
  return matrix;
}

SolvedStep some_solution() {
  SolvedStep step;
  step.solution.coefficients = {0.1, -2e-300};
  step.solution.summary = {SolveStatus::rank_deficient, "why", 9, 2, 1, 1L, infinity, 1.5, 1e-8, "groups", 1.25, 0.1, 0.2};
  step.solution.path = RidgePath{{1, 2, 3}, some_matrix(2, 3), {4, 5, 6}, {7, 8, 9}, {infinity, 1, 2}};
  step.solution.validation = CrossValidation{{1, 2, 3}, some_matrix(4, 3), {1, 2, 3}, {4, 5, 6}, 2};
  step.notes = some_notes();
  step.row_seconds = 1.5;
  step.solve_seconds = 2.5;
  return step;
}

void expect_equal(const Matrix& one, const Matrix& other) {
  EXPECT_EQ(one.rows(), other.rows());
  EXPECT_EQ(one.columns(), other.columns());
  EXPECT_TRUE(std::ranges::equal(one.values(), other.values()));
}

class StepCheckpointTest : public ::testing::Test {
protected:
  StepCheckpoint step(std::chrono::duration<double> interval = never) { return {&store_, 1, {"C", "N"}, interval}; }

  TemporaryFolder folder_;
  Checkpoint store_{folder_.path("checkpoint"), {{"recipe", "r"}}, Communicator(), false};
};

TEST_F(StepCheckpointTest, IdentityFinishedUnitsComeBackExactly) {
  step().keep(3, FinishedUnit{{some_factor(), TriangularFactor(2)}, some_notes()});
  const std::optional<FinishedUnit> found = step().finished_unit(3);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->factors.size(), 2u);
  EXPECT_TRUE(found->factors[0].serialize() == some_factor().serialize());
  EXPECT_TRUE(found->factors[1].serialize() == TriangularFactor(2).serialize());
  EXPECT_EQ(found->notes.serialize(), some_notes().serialize());
  EXPECT_FALSE(step().finished_unit(2));
  EXPECT_EQ(step().count_finished(3), 0);
  EXPECT_EQ(step().count_finished(4), 1);
}

TEST_F(StepCheckpointTest, IdentityOpenUnitsComeBackExactlyUntilTheUnitIsFinished) {
  OpenUnit open(two_streams());
  open.streams[1].append(std::vector<double>{1, 2, 3, 4, 5, 7}, 2);
  open.notes = some_notes();
  open.frames_done = 5;
  step().keep(0, open);
  std::optional<OpenUnit> found = step().open_unit(0);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->frames_done, 5);
  EXPECT_EQ(found->notes.serialize(), some_notes().serialize());
  ASSERT_EQ(found->streams.size(), 2u);
  EXPECT_EQ(found->streams[0].finish().row_count(), 0);
  EXPECT_TRUE(found->streams[1].finish().serialize() == some_factor().serialize());
  step().keep(0, FinishedUnit{{some_factor()}, {}});
  EXPECT_FALSE(step().open_unit(0));
}

TEST_F(StepCheckpointTest, OpenUnitsAreKeptWhenTheTimeIsUp) {
  const OpenUnit open(two_streams());
  StepCheckpoint rare = step(never);
  rare.keep_when_due(0, open);
  EXPECT_FALSE(rare.open_unit(0));
  StepCheckpoint often = step(std::chrono::seconds(0));
  often.keep_when_due(0, open);
  EXPECT_TRUE(often.open_unit(0));
}

TEST_F(StepCheckpointTest, IdentityEvidenceComesBackWholeOrNotAtAll) {
  const EvidenceGroups groups{{{"cold", RowKind::force, 0}, some_factor()}, {{"hot", RowKind::energy, 3}, TriangularFactor(3)}};
  EXPECT_FALSE(step().evidence());
  step().keep(groups);
  const std::optional<EvidenceGroups> found = step().evidence();
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  for (const auto& [key, factor] : groups) EXPECT_TRUE(found->at(key).serialize() == factor.serialize()) << key.label;
  store_.remove("step_1_C+N_evidence_1");
  EXPECT_FALSE(step().evidence()) << "a group is missing";
}

TEST_F(StepCheckpointTest, IdentitySolutionsComeBackExactlyAndReplaceTheUnits) {
  step().keep(0, FinishedUnit{{some_factor()}, {}});
  step().keep(1, OpenUnit(two_streams()));
  step().keep(some_solution(), 2);
  EXPECT_FALSE(step().finished_unit(0));
  EXPECT_FALSE(step().open_unit(1));
  const std::optional<SolvedStep> found = step().solution();
  ASSERT_TRUE(found);
  const SolvedStep made = some_solution();
  EXPECT_EQ(found->solution.coefficients, made.solution.coefficients);
  const auto members = [](const Summary& s) {
    return std::tuple(s.status, s.message, s.rows, s.columns, s.zero_columns, s.rank, s.condition, s.regularised_condition,
                      s.lambda, s.lambda_how, s.degrees_of_freedom, s.residual_norm, s.rms);
  };
  EXPECT_EQ(members(found->solution.summary), members(made.solution.summary));
  ASSERT_TRUE(found->solution.path);
  EXPECT_EQ(found->solution.path->lambda, made.solution.path->lambda);
  expect_equal(found->solution.path->coefficients, made.solution.path->coefficients);
  EXPECT_EQ(found->solution.path->residual_norm, made.solution.path->residual_norm);
  EXPECT_EQ(found->solution.path->degrees_of_freedom, made.solution.path->degrees_of_freedom);
  EXPECT_EQ(found->solution.path->gcv, made.solution.path->gcv);
  ASSERT_TRUE(found->solution.validation);
  EXPECT_EQ(found->solution.validation->lambda, made.solution.validation->lambda);
  expect_equal(found->solution.validation->group_mean_square, made.solution.validation->group_mean_square);
  EXPECT_EQ(found->solution.validation->mean_square, made.solution.validation->mean_square);
  EXPECT_EQ(found->solution.validation->standard_error, made.solution.validation->standard_error);
  EXPECT_EQ(found->solution.validation->chosen, made.solution.validation->chosen);
  EXPECT_EQ(found->notes.serialize(), made.notes.serialize());
  EXPECT_EQ(found->row_seconds, 1.5);
  EXPECT_EQ(found->solve_seconds, 2.5);
}

TEST_F(StepCheckpointTest, ASolutionWithoutPathRankAndValidationComesBackWithoutThem) {
  step().keep(SolvedStep{}, 0);
  const std::optional<SolvedStep> found = step().solution();
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->solution.path);
  EXPECT_FALSE(found->solution.validation);
  EXPECT_FALSE(found->solution.summary.rank);
}

TEST_F(StepCheckpointTest, WhatIsNotAUnitIsReportedAlthoughItsChecksumFits) {
  store_.save("step_1_C+N_unit_0", "neither factor nor notes");
  EXPECT_FALSE(step().finished_unit(0));
  EXPECT_EQ(store_.take_complaints().size(), 1u);
}

TEST(StepCheckpoint, WithoutAStoreNothingIsKept) {
  StepCheckpoint step(nullptr, 1, {"C"}, std::chrono::seconds(0));
  step.keep(0, FinishedUnit{{some_factor()}, {}});
  step.keep_when_due(0, OpenUnit(two_streams()));
  step.keep(SolvedStep{}, 1);
  EXPECT_FALSE(step.finished_unit(0));
  EXPECT_FALSE(step.open_unit(0));
  EXPECT_FALSE(step.solution());
  EXPECT_EQ(step.count_finished(1), 0);
}

/// A fit of block C in two folds of three frames each, whose progress may be used to disturb it.
class DisturbedFit {
public:
  DisturbedFit()
      : data_(testing::made_dataset(folder_, {{"one", {"C"}, 6, 6}})),
        recipe_(parse_recipe("data: [{file: made.extxyz}]\n"
                             "basis: {order: {pair: 24}, pairs: {C-C: {inner: 0.5, outer: 2.4, lambda: 1.4}}}\n"
                             "solver: {strength: groups, folds: 2}\n"
                             "blocks: [{name: C}]\n",
                             "recipe.yaml", folder_.path(""))) {
    set_threads(1);  // one frame a batch, so that every frame is an opportunity
  }

  /// Coefficients, tallies and coverage, as bytes.
  /// @param told_progress  called with the frames done
  std::string outcome(
      Checkpoint* checkpoint, const std::function<void(long)>& told_progress = [](long) {}) {
    notes.clear();
    const FitObserver observer{[this](const std::string& line) { notes.push_back(line); },
                               [&](const std::string&) { return [&](long done, long) { told_progress(done); }; }};
    const FitResult result = run_fit(recipe_, data_, testing::all_frames(data_), Communicator(), observer, checkpoint);
    const StepReport& step = result.steps.at(0);
    EXPECT_EQ(step.residual.labels().at("one").count, 3 * 6 * 6);
    const CoverageByPair& coverage = result.model.blocks.at(0).provenance.distances;
    return ByteWriter()
        .numbers(step.solution.coefficients)
        .text(step.residual.serialize())
        .text(serialize_coverage(coverage))
        .take();
  }

  Checkpoint open_checkpoint() const { return {folder_.path("checkpoint"), fit_identity(recipe_, data_), Communicator(), false}; }
  bool told(const std::string& line) const { return std::find(notes.begin(), notes.end(), line) != notes.end(); }

  std::vector<std::string> notes;

private:
  TemporaryFolder folder_;
  Dataset data_;
  Recipe recipe_;
};

void kill_in_second_unit(DisturbedFit& fit, Checkpoint& checkpoint) {
  const auto kill = [](long frames_done) {
    if (frames_done == 4) throw Error("killed");
  };
  EXPECT_THROW(fit.outcome(&checkpoint, kill), Error);
}

TEST(CheckpointedFit, InvarianceAFitInterruptedAfterEveryFrameGoesOnToTheSameBits) {
  DisturbedFit fit;
  const std::string undisturbed = fit.outcome(nullptr);
  Checkpoint checkpoint = fit.open_checkpoint();
  // Frames done when a unit begins or is found, and after each frame: every run does just one frame more.
  const std::vector<std::vector<long>> expected{{0, 1}, {1, 2}, {2, 3, 3}, {3, 3, 4}, {3, 4, 5}, {3, 5, 6}};
  for (std::size_t run = 0; run < expected.size(); ++run) {
    const InterruptWatch watch;
    std::vector<long> told;
    const auto interrupt = [&](long frames_done) {
      told.push_back(frames_done);
      if (frames_done > static_cast<long>(run)) raise(SIGTERM);
    };
    EXPECT_THROW(fit.outcome(&checkpoint, interrupt), Interrupted);
    EXPECT_EQ(told, expected[run]) << "run " << run;
  }
  EXPECT_TRUE(fit.outcome(&checkpoint) == undisturbed);
  EXPECT_TRUE(checkpoint.take_complaints().empty());
}

TEST(CheckpointedFit, TellsWhatItFound) {
  DisturbedFit fit;
  Checkpoint checkpoint = fit.open_checkpoint();
  kill_in_second_unit(fit, checkpoint);
  fit.outcome(&checkpoint);
  EXPECT_TRUE(fit.told("resuming: 1 of 2 units of block C found"));
  const std::string from_solution = fit.outcome(&checkpoint);
  EXPECT_TRUE(fit.told("resuming: solution of block C found"));
  EXPECT_TRUE(from_solution == fit.outcome(nullptr));
}

TEST(CheckpointedFit, ADamagedUnitIsMadeAgain) {
  DisturbedFit fit;
  const std::string undisturbed = fit.outcome(nullptr);
  Checkpoint checkpoint = fit.open_checkpoint();
  kill_in_second_unit(fit, checkpoint);
  checkpoint.save("step_1_C_unit_0", "not a unit");
  EXPECT_TRUE(fit.outcome(&checkpoint) == undisturbed);
}

}  // namespace
}  // namespace carillon
