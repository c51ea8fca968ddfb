#include "carillon/fit/row_units.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "made_data.hpp"

namespace carillon {
namespace {

using testing::all_frames;
using testing::made_dataset;
using testing::message_of;
using testing::TemporaryFolder;

class RowUnits : public ::testing::Test {
protected:
  static StepSpec step_with(Strength strength) {
    StepSpec step;
    step.solver.options.strength = strength;
    return step;
  }

  TemporaryFolder folder_;
  Dataset data_ = made_dataset(folder_, {{"cold", {"C"}, 4, 8}, {"hot", {"C"}, 6, 5}, {"rare", {"C"}, 2, 1}});
};

TEST_F(RowUnits, EveryFrameStandsInOneUnitAndUnitsKeepTheOrder) {
  for (const Strength strength : {Strength::given, Strength::gcv, Strength::groups}) {
    std::set<long> seen;
    int last_fold = 0;
    for (const RowUnit& unit : divide_into_units(data_, all_frames(data_), step_with(strength), RowCost(3L))) {
      EXPECT_GE(unit.fold, last_fold);
      last_fold = unit.fold;
      EXPECT_FALSE(unit.frames.empty());
      EXPECT_TRUE(std::is_sorted(unit.frames.begin(), unit.frames.end()));
      for (const long frame : unit.frames) EXPECT_TRUE(seen.insert(frame).second) << "frame " << frame << " stands in two units";
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(data_.size()));
  }
}

TEST_F(RowUnits, FoldsAreContiguousPiecesOfEachStatePoint) {
  StepSpec step = step_with(Strength::groups);
  step.solver.folds = 2;
  std::map<int, std::vector<long>> frames;
  for (const RowUnit& unit : divide_into_units(data_, all_frames(data_), step, RowCost(1000L)))
    frames[unit.fold].insert(frames[unit.fold].end(), unit.frames.begin(), unit.frames.end());
  ASSERT_EQ(frames.size(), 2u);
  // cold 0-7 in halves, hot 8-12 as three and two, and the one rare frame.
  EXPECT_EQ(frames[0], (std::vector<long>{0, 1, 2, 3, 8, 9, 10, 13}));
  EXPECT_EQ(frames[1], (std::vector<long>{4, 5, 6, 7, 11, 12}));
}

TEST_F(RowUnits, FoldsByLabelLeaveOneStatePointOut) {
  StepSpec step = step_with(Strength::groups);
  step.solver.fold_by_label = true;
  std::map<int, std::set<std::string>> labels;
  for (const RowUnit& unit : divide_into_units(data_, all_frames(data_), step, RowCost(1000L)))
    for (const long frame : unit.frames) labels[unit.fold].insert(data_.summary(frame).label);
  EXPECT_EQ(labels, (std::map<int, std::set<std::string>>{{0, {"cold"}}, {1, {"hot"}}, {2, {"rare"}}}));
}

/// A later fit may leave out folds or labels, whatever this one does.
TEST_F(RowUnits, EvidenceByGroupsHasFoldsAndLabelsApart) {
  for (const Strength strength : {Strength::given, Strength::groups})
    for (const bool by_label : {false, true}) {
      StepSpec step = step_with(strength);
      step.solver.folds = 2;
      step.solver.fold_by_label = by_label;
      step.evidence = EvidenceLevel::groups;
      std::map<std::pair<int, std::string>, std::vector<long>> frames;
      for (const RowUnit& unit : divide_into_units(data_, all_frames(data_), step, RowCost(1000L))) {
        auto& group = frames[{unit.fold, unit.label}];
        group.insert(group.end(), unit.frames.begin(), unit.frames.end());
      }
      ASSERT_EQ(frames.size(), 5u);
      EXPECT_EQ(frames.at({0, "cold"}), (std::vector<long>{0, 1, 2, 3}));
      EXPECT_EQ(frames.at({1, "cold"}), (std::vector<long>{4, 5, 6, 7}));
      EXPECT_EQ(frames.at({0, "hot"}), (std::vector<long>{8, 9, 10}));
      EXPECT_EQ(frames.at({0, "rare"}), (std::vector<long>{13}));
    }
  StepSpec few = step_with(Strength::given);
  few.solver.folds = 20;
  few.evidence = EvidenceLevel::groups;
  for (const RowUnit& unit : divide_into_units(data_, {0, 1, 2}, few, RowCost(1000L))) EXPECT_LT(unit.fold, 3);
}

TEST_F(RowUnits, WithoutGroupsThereIsOneFold) {
  for (const RowUnit& unit : divide_into_units(data_, all_frames(data_), step_with(Strength::gcv), RowCost(3L)))
    EXPECT_EQ(unit.fold, 0);
}

/// Below four rows a column a factor would be as large as its rows.
TEST_F(RowUnits, AUnitHoldsAtLeastFourRowsAColumn) {
  // 4 atoms give 12 + 6 + 1 rows, 6 atoms 25, 2 atoms 13: 290 rows in all.
  const auto units_for = [&](long columns) {
    return divide_into_units(data_, all_frames(data_), step_with(Strength::given), RowCost(columns)).size();
  };
  EXPECT_EQ(units_for(73), 1u);
  EXPECT_EQ(units_for(36), 2u);
  EXPECT_EQ(units_for(24), 3u);
  EXPECT_EQ(units_for(1), 14u) << "never more units than frames";
}

/// The division knows nothing of ranks (it is not told of any) nor of threads.
TEST_F(RowUnits, DivisionDoesNotDependOnTheThreads) {
  const auto division = [&] {
    std::vector<std::vector<long>> frames;
    for (const RowUnit& unit : divide_into_units(data_, all_frames(data_), step_with(Strength::groups), RowCost(5L)))
      frames.push_back(unit.frames);
    return frames;
  };
  const int before = threads();
  set_threads(1);
  const auto one = division();
  set_threads(3);
  EXPECT_EQ(division(), one);
  set_threads(before);
}

TEST_F(RowUnits, RowsOfAFrameCountWhatHasAWeight) {
  Weights weights;
  EXPECT_EQ(rows_of_frame(data_.summary(0), weights).total(), 12 + 6 + 1);
  weights.stress = 0;
  EXPECT_EQ(rows_of_frame(data_.summary(0), weights).stress, 0);
  EXPECT_EQ(rows_of_frame(data_.summary(0), weights).total(), 12 + 1);
  weights = {};
  weights.force = 0;
  weights.energy = 0;
  EXPECT_EQ(rows_of_frame(data_.summary(13), weights).total(), 6);
}

TEST_F(RowUnits, MoreFoldsThanFramesAreRefused) {
  StepSpec step = step_with(Strength::groups);
  step.solver.folds = 15;
  EXPECT_NE(message_of<InputError>([&] { divide_into_units(data_, all_frames(data_), step, RowCost(3L)); }), "");
}

}  // namespace
}  // namespace carillon
