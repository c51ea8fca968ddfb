#include "carillon/neural/training_estimate.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "random_networks.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::LabelledFrames;

class TrainingEstimates : public ::testing::Test {
protected:
  TrainingEstimate estimate(const std::string& text) const {
    const TrainingRecipe recipe = parse_training_recipe("data: [{file: " + frames_.path() + "}]\n" + text, "r.yaml", "");
    return estimate_training(recipe, frames_.data(), split_for_training(recipe, frames_.data()));
  }
  LabelledFrames frames_{elements({"C", "N"}), 12, 5};
};

constexpr const char* small =
    "descriptor: {radial: {order: 5, cutoff: 4}, angular: {order: 3, cutoff: 3.3}}\nnetwork: {hidden: [7, 5]}\n";

/// What can be counted is what the training then has.
TEST_F(TrainingEstimates, IdentityWithTheTrainingItself) {
  const std::string text = std::string(small) + "split: {validation: {labels: [odd]}}\noptimiser: {iterations: 1}\n";
  const TrainingEstimate found = estimate(text);
  EXPECT_EQ(found.frames, 6);
  EXPECT_EQ(found.validation_frames, 6);
  EXPECT_EQ(found.atoms, 4 + 6 + 4 + 6 + 4 + 6);
  EXPECT_EQ(found.numbers, 2 * (6 + 4));
  EXPECT_EQ(found.weights, 2 * (20 * 7 + 7 + 7 * 5 + 5 + 5 + 1));
  const TrainingRecipe recipe = parse_training_recipe("data: [{file: " + frames_.path() + "}]\n" + text, "r.yaml", "");
  const TrainingSplit split = split_for_training(recipe, frames_.data());
  const NetworkModel model = starting_network(recipe, frames_.data(), split);
  const double bytes = TrainingSet(frames_.data(), split.train, model, Communicator()).bytes() +
                       TrainingSet(frames_.data(), split.validation, model, Communicator()).bytes();
  EXPECT_NEAR(found.derivative_bytes, bytes, 0.3 * bytes);  // five frames of twelve; densities differ by 30 %
}

TEST_F(TrainingEstimates, TimeGrowsWithIterations) {
  const TrainingEstimate found =
      estimate(std::string(small) + "stages: [{name: a, optimiser: {iterations: 10}}, {name: b, optimiser: {iterations: 40}}]\n");
  ASSERT_EQ(found.stages.size(), 2u);
  EXPECT_EQ(found.stages[0].first, "a");
  EXPECT_GT(found.step_seconds, 0);
  EXPECT_NEAR(found.stages[0].second, 10 * found.step_seconds, 1e-12);
  EXPECT_NEAR(found.stages[1].second, 40 * found.step_seconds, 1e-12);
}

TEST_F(TrainingEstimates, RefusesWhatTrainingRefuses) {
  EXPECT_EQ(testing::message_of<InputError>([&] { estimate(std::string(small) + "weights: {labels: {warm: 2}}\n"); }),
            "r.yaml: training: no frame has the label 'warm' of the weights");
}

TEST(TrainingEstimateText, SaysAll) {
  const TrainingEstimate estimate{6, 2, 90, 20, 400, 3e6, 1.5, 0.25, {{"a", 10}}};
  EXPECT_EQ(training_estimate_text(estimate, 2, 1),
            "6 frames to train on (90 atoms), 2 to validate on\n20 descriptor numbers an atom, 400 weights, 3 MB of derivatives\n"
            "descriptors about 1.5 s of CPU, loss and gradient about 0.25 s\na: about 10 s\n"
            "about 12 s of CPU; 1 process(es) of 2 thread(s) share the frames. The final evaluation comes on top.\n");
}

}  // namespace
}  // namespace carillon
