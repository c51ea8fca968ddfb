#include <gtest/gtest.h>

#include <set>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"
#include "carillon/fit/pipeline.hpp"
#include "carillon/fit/step_rows.hpp"
#include "unit/fit/made_data.hpp"

// Frames that are cut into units of some atoms each. On several ranks: tests/resume/cut_frames_test.py.

namespace carillon {
namespace {

using testing::elements;
using testing::random_structure;
using testing::TemporaryFolder;

/// Two large frames and a small one.
class CutFrames : public ::testing::Test {
protected:
  static Dataset made_frames(const TemporaryFolder& folder) {
    ExtxyzWriter writer(folder.path("made.extxyz"));
    unsigned seed = 1;
    for (const std::size_t atoms : {600u, 20u, 530u}) {
      Structure frame = random_structure(elements({"C"}), atoms, atoms > 100 ? 16 : 6, 1.2, seed++);
      frame.label = "one";
      frame.energy = -1.0 - seed;
      frame.forces = frame.positions;
      frame.stress = Eigen::Matrix3d::Identity() * 0.01;
      writer.write(frame);
    }
    writer.commit();
    return Dataset({{folder.path("made.extxyz"), {}}});
  }

  Recipe recipe_with(const std::string& more) const {
    return parse_recipe(
        "data: [{file: made.extxyz}]\n"
        "basis: {order: {pair: 6, triplet: 3}, pairs: {C-C: {inner: 0.5, outer: 2.4, lambda: 1.4}}}\n"
        "blocks: [{name: C}]\n" +
            more,
        "recipe.yaml", folder_.path(""));
  }
  RowPlan plan_of(const Recipe& recipe) const {
    const StepSpec& step = recipe.steps.at(0);
    return plan_rows(step, data_, testing::all_frames(data_), blocks_basis(step.basis, step.blocks));
  }
  /// All units of a plan, merged; and what was noted.
  std::pair<TriangularFactor, FrameNotes> made(const RowPlan& plan) const {
    StepCheckpoint none(nullptr, 1, {"C"}, std::chrono::seconds(0));
    StepRows rows(plan, plan.basis, data_, {});
    std::pair<TriangularFactor, FrameNotes> out{TriangularFactor(plan.basis.columns() + 1), {}};
    for (std::size_t unit = 0; unit < plan.units.size(); ++unit) {
      const FinishedUnit done = rows.make_unit(static_cast<long>(unit), none, [](std::size_t) {});
      for (const TriangularFactor& factor : done.factors) out.first.absorb(factor);
      out.second.merge(done.notes);
    }
    return out;
  }

  TemporaryFolder folder_;
  Dataset data_ = made_frames(folder_);
};

TEST_F(CutFrames, EveryForceStandsInOnePartAndFrameRowsInTheFirst) {
  const RowPlan plan = plan_of(recipe_with("solver: {strength: 1}\n"));
  EXPECT_GE(plan.units.size(), 7u) << "three parts of each large frame at least";
  std::vector<std::size_t> atoms(3, 0);
  std::set<long> seen;
  RowCounts rows;
  std::size_t counted = 0;
  for (const RowUnit& unit : plan.units) {
    rows.add(rows_of_unit(unit, data_, plan.weights));
    counted += unit.frames_counted();
    if (!unit.part) continue;
    ASSERT_EQ(unit.frames.size(), 1u);
    std::size_t& last = atoms[static_cast<std::size_t>(unit.frames[0])];
    EXPECT_EQ(unit.part->has_frame_rows, seen.insert(unit.frames[0]).second);
    EXPECT_EQ(unit.part->begin, last);
    last = unit.part->end;
  }
  EXPECT_EQ(atoms, (std::vector<std::size_t>{600, 0, 530}));
  EXPECT_EQ(counted, 3u);
  EXPECT_EQ(rows.force, 3 * (600 + 20 + 530));
  EXPECT_EQ(rows.stress, 3 * 6);
  EXPECT_EQ(rows.energy, 3);
}

/// With many columns the QR outweighs the frame rows, which one part must make alone.
TEST_F(CutFrames, ManyAtomsAndColumnsAreCutIntoMoreParts) {
  const StepSpec step = recipe_with("solver: {strength: 1}\n").steps.at(0);
  EXPECT_EQ(divide_into_units(data_, {0}, step, RowCost(20L)).size(), 16u) << "factoring alone";
}

TEST_F(CutFrames, FewOrManyColumnsAndManyFramesAreNotCut) {
  StepSpec step = recipe_with("solver: {strength: 1}\n").steps.at(0);
  for (const RowUnit& unit : divide_into_units(data_, {0, 1, 2}, step, RowCost(500L))) EXPECT_FALSE(unit.part);
  std::vector<long> many;
  for (long k = 0; k < 16; ++k) many.push_back(k % 3);
  for (const RowUnit& unit : divide_into_units(data_, many, step, RowCost(5L))) EXPECT_FALSE(unit.part);
  for (const RowUnit& unit : divide_into_units(data_, {1}, step, RowCost(2L))) EXPECT_FALSE(unit.part);
}

// R'R of the cut frames is that of the whole ones, to rounding of sums over thousands of rows.
TEST_F(CutFrames, IdentityTheSameFactorAndNotesAsOfWholeFrames) {
  for (const char* evidence : {"", "evidence: groups\n"}) {
    const RowPlan cut = plan_of(recipe_with(std::string("solver: {strength: 1}\n") + evidence));
    RowPlan whole = cut;
    whole.units = {RowUnit{0, cut.units[0].label, {0, 1, 2}}};
    const auto [factor, notes] = made(cut);
    const auto [wanted, wanted_notes] = made(whole);
    EXPECT_EQ(factor.row_count(), wanted.row_count());
    EXPECT_EQ(notes.serialize(), wanted_notes.serialize());
    const auto dense = [](const TriangularFactor& from) {
      const Matrix rows = from.dense_rows(0, from.stored_rows());
      return Eigen::MatrixXd(Eigen::Map<const Eigen::MatrixXd>(rows.values().data(), rows.rows(), rows.columns()));
    };
    const Eigen::MatrixXd one = dense(factor).transpose() * dense(factor);
    const Eigen::MatrixXd other = dense(wanted).transpose() * dense(wanted);
    EXPECT_LT((one - other).norm(), 1e-13 * other.norm()) << evidence;
  }
}

// Killed at every word of progress: before, between and after the parts of a frame.
TEST_F(CutFrames, InvarianceAFitKilledBetweenPartsEndsWithTheSameBits) {
  const Recipe recipe = recipe_with("solver: {strength: groups, folds: 3}\n");
  ASSERT_GE(plan_of(recipe).units.size(), 7u);
  const auto fit = [&](Checkpoint* checkpoint, long words) {
    const auto told = [&](long, long) {
      if (--words == 0) throw Error("killed");
    };
    const FitObserver observer{[](const std::string&) {}, [&](const std::string&) { return told; }};
    const FitResult result = run_fit(recipe, data_, testing::all_frames(data_), Communicator(), observer, checkpoint);
    return ByteWriter().numbers(result.steps.at(0).solution.coefficients).text(result.steps.at(0).residual.serialize()).take();
  };
  const std::string undisturbed = fit(nullptr, 0);
  for (const long stop : {1, 2, 4, 5, 7, 9, 11}) {
    const TemporaryFolder place;
    Checkpoint checkpoint(place.path("checkpoint"), fit_identity(recipe, data_), Communicator(), false);
    EXPECT_THROW(fit(&checkpoint, stop), Error) << stop;
    EXPECT_TRUE(fit(&checkpoint, 0) == undisturbed) << stop;
  }
}

}  // namespace
}  // namespace carillon
