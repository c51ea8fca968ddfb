#include "carillon/fit/frame_choice.hpp"

#include <gtest/gtest.h>

#include "made_data.hpp"

namespace carillon {
namespace {

using testing::all_frames;
using testing::elements;
using testing::made_dataset;
using testing::TemporaryFolder;

class FrameChoice : public ::testing::Test {
protected:
  std::vector<long> frames_for(const std::vector<std::vector<const char*>>& fitted, const std::set<std::string>& known,
                               int largest = 4, const std::vector<std::string>& labels = {}) const {
    std::vector<std::vector<Element>> sets;
    for (const auto& symbols : fitted) sets.push_back(elements(symbols));
    return frames_for_step(data_, all_frames(data_), sets, known, largest, labels);
  }

  TemporaryFolder folder_;
  Dataset data_ = made_dataset(folder_, {{"c", {"C"}},                // frame 0
                                         {"n", {"N"}},                // 1
                                         {"n hot", {"N"}},            // 2
                                         {"cn", {"C", "N"}},          // 3
                                         {"chn", {"C", "H", "N"}}});  // 4
};

/// A frame of a mixture holds C-N interactions, which would be loaded on nitrogen.
TEST_F(FrameChoice, MixturesAreNotForTheFitOfOneElement) {
  EXPECT_EQ(frames_for({{"N"}}, {"N"}), (std::vector<long>{1, 2}));
  EXPECT_EQ(frames_for({{"N"}}, {"N", "C"}), (std::vector<long>{1, 2}));
}

TEST_F(FrameChoice, FramesOfOneElementSayNothingOfTheCrossBlock) {
  EXPECT_EQ(frames_for({{"C", "N"}}, {"C", "N", "C-N"}), (std::vector<long>{3}));
}

TEST_F(FrameChoice, BlocksFittedTogetherTakeTheFramesOfEach) {
  EXPECT_EQ(frames_for({{"C"}, {"N"}, {"C", "N"}}, {"C", "N", "C-N"}), (std::vector<long>{0, 1, 2, 3}));
  EXPECT_EQ(frames_for({{"N"}, {"C", "N"}}, {"C", "N", "C-N"}), (std::vector<long>{1, 2, 3}));
}

/// Once C-N is known, or said to be absent, a mixture can teach about nitrogen too.
TEST_F(FrameChoice, MixturesCountOnceAllTheirInteractionsAreKnown) {
  EXPECT_EQ(frames_for({{"N"}}, {"N", "C", "C-N"}), (std::vector<long>{1, 2, 3}));
}

TEST_F(FrameChoice, AFrameOfThreeElementsWaitsForTheTernaryBlockUnlessThereAreOnlyPairs) {
  const std::set<std::string> binary = {"C", "H", "N", "C-H", "C-N", "H-N"};
  EXPECT_EQ(frames_for({{"H", "N"}}, binary, 3), (std::vector<long>{}));
  EXPECT_EQ(frames_for({{"H", "N"}}, binary, 2), (std::vector<long>{4}));
  std::set<std::string> all = binary;
  all.insert("C-H-N");
  EXPECT_EQ(frames_for({{"H", "N"}}, all, 3), (std::vector<long>{4}));
}

TEST_F(FrameChoice, LabelsNarrowTheChoice) {
  EXPECT_EQ(frames_for({{"N"}}, {"N"}, 4, {"n hot", "cn"}), (std::vector<long>{2}));
  EXPECT_EQ(frames_for({{"N"}}, {"N"}, 4, {"c"}), (std::vector<long>{}));
}

TEST_F(FrameChoice, AStepsOwnBlocksOrdersAndLabelsDecide) {
  StepSpec step;
  step.blocks = {"N", "H-N"};
  step.basis.pair_order = 2;
  const std::set<std::string> known = {"C", "H", "N", "C-H", "C-N", "H-N"};
  EXPECT_EQ(frames_for_step(step, data_, all_frames(data_), known), (std::vector<long>{1, 2, 3, 4}));
  step.basis.triplet_order = 2;
  EXPECT_EQ(frames_for_step(step, data_, all_frames(data_), known), (std::vector<long>{1, 2, 3}));
  step.labels = {"cn"};
  EXPECT_EQ(frames_for_step(step, data_, all_frames(data_), known), (std::vector<long>{3}));
}

TEST_F(FrameChoice, AStatePointOfWeightZeroIsLeftOut) {
  StepSpec step;
  step.blocks = {"N"};
  step.basis.pair_order = 2;
  step.weights.labels = {{"n", 0}, {"n hot", 0.5}};
  EXPECT_EQ(frames_for_step(step, data_, all_frames(data_), {"N"}), (std::vector<long>{2}));
}

TEST_F(FrameChoice, OnlyCandidatesAreTaken) {
  EXPECT_EQ(frames_for_step(data_, {0, 2, 3}, {elements({"N"})}, {"N"}, 4, {}), (std::vector<long>{2}));
}

}  // namespace
}  // namespace carillon
