#include "carillon/neural/training.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <numbers>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/stage_run.hpp"
#include "random_networks.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::LabelledFrames;
using testing::message_of;
using testing::random_network;
using testing::TemporaryFolder;

constexpr const char* small_network =
    "descriptor: {radial: {order: 5, cutoff: 4}, angular: {order: 3, cutoff: 3.3, radial_order: 1}}\nnetwork: {hidden: [7, 5]}\n";

class TrainNetwork : public ::testing::Test {
protected:
  TrainNetwork() : teacher_(random_network(elements({"C", "N"}), 3)), frames_(elements({"C", "N"}), 12, 5, &teacher_) {
    set_threads(1);  // small sums: with more the threads mostly wait for each other
  }
  ~TrainNetwork() override { set_threads(threads_before_); }

  TrainingRecipe recipe(const std::string& text, const std::string& network = small_network) const {
    return parse_training_recipe("data: [{file: " + frames_.path() + "}]\n" + network + text, folder_.path("r.yaml"), "");
  }
  TrainingResult train(const TrainingRecipe& recipe, const TrainingCheckpoint& checkpoint = {},
                       const TrainingObserver& observer = {}) const {
    return train_network(recipe, frames_.data(), split_for_training(recipe, frames_.data()), Communicator(), observer,
                         checkpoint);
  }
  std::string start(const NetworkModel& source, const std::string& more) const {
    write_network(folder_.path("source.yaml"), source);
    return "start: {from: " + folder_.path("source.yaml") + more + "}\n";
  }

  int threads_before_ = threads();
  TemporaryFolder folder_;
  NetworkPotential teacher_;
  LabelledFrames frames_;
};

/// Labels that a network of this shape made: training has to take nearly all of the error away.
TEST_F(TrainNetwork, RecoversATeacher) {
  for (const char* optimiser : {"{iterations: 150}", "{kind: adam, iterations: 150, batch: 3, rate: 0.02, final_rate: 1e-4}"}) {
    const TrainingResult result = train(recipe(std::string("optimiser: ") + optimiser + "\nstop: {every: 1}\n"));
    EXPECT_LT(result.curve.back().train.loss, 0.03 * result.curve.front().train.loss) << optimiser;
    EXPECT_EQ(result.curve.size(), 150u);
    EXPECT_EQ(result.model.history.size(), 1u);
    EXPECT_EQ(result.model.history[0].frames, 12);
  }
}

TEST_F(TrainNetwork, TheSameBitsForAnyNumberOfThreads) {
  const int before = threads();
  for (const char* optimiser : {"{iterations: 15}", "{kind: adam, iterations: 5, batch: 5}"}) {
    const TrainingRecipe small = recipe(std::string("split: {validation: {fraction: 0.25}}\noptimiser: ") + optimiser + "\n");
    set_threads(1);
    const std::string one = network_text(train(small).model);
    set_threads(2);
    EXPECT_EQ(network_text(train(small).model), one);
  }
  set_threads(before);
}

TEST_F(TrainNetwork, TheSeedDecides) {
  const auto trained = [&](const char* seed) {
    return train(recipe(std::string("optimiser: {iterations: 3}\nseed: ") + seed + "\n")).model;
  };
  EXPECT_EQ(trained("1").weights, trained("1").weights);
  EXPECT_NE(trained("1").weights, trained("2").weights);
}

/// Nothing learnt from, everything kept: N = 0.
TEST_F(TrainNetwork, NoIterationsAndAllKeptIsTheSource) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9);
  const NetworkModel model = train(recipe(start(source, ", shift: keep") + "optimiser: {iterations: 0}\n", "")).model;
  EXPECT_EQ(model.weights, source.weights);
  EXPECT_EQ(model.shifts, source.shifts);
  EXPECT_EQ(model.scalers[0].mean, source.scalers[0].mean);
  const Structure structure = frames_.data().read(3);
  EXPECT_EQ(NetworkPotential(model).evaluate(structure).energy, NetworkPotential(source).evaluate(structure).energy);
  EXPECT_EQ(model.history.back().source_sha256.size(), 64u);
}

TEST_F(TrainNetwork, FrozenLayersStayToTheBit) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9);
  for (const char* optimiser : {"{iterations: 10}", "{kind: adam, iterations: 3, layer_rates: [1, 1, 1]}"}) {
    const NetworkModel model =
        train(recipe(start(source, "") + "frozen: [first, output_bias]\noptimiser: " + optimiser + "\n", "")).model;
    for (std::size_t e = 0; e < 2; ++e) {
      const Eigen::VectorXd before = source.weights_of(e);
      const Eigen::VectorXd after = model.weights_of(e);
      const Network::Layer second = model.network->layers()[1];
      EXPECT_EQ(after.head(second.offset), before.head(second.offset));
      EXPECT_EQ(after.tail(1), before.tail(1));
      EXPECT_TRUE(((after - before).segment(second.offset, second.size()).array() != 0).all());
      EXPECT_TRUE(((after - before).tail(6).head(5).array() != 0).all());
    }
  }
}

TEST_F(TrainNetwork, ALayerOfRateZeroDoesNotMove) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9);
  const NetworkModel model =
      train(recipe(start(source, "") + "optimiser: {kind: adam, iterations: 2, layer_rates: [1, 0, 1]}\n", "")).model;
  const Network::Layer second = model.network->layers()[1];
  EXPECT_EQ(model.weights.segment(second.offset, second.size()), source.weights.segment(second.offset, second.size()));
  EXPECT_NE(model.weights.head(5), source.weights.head(5));
}

TEST_F(TrainNetwork, APullKeepsWeightsNearTheSource) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9);
  const auto moved = [&](const char* pull) {
    return (train(recipe(start(source, "") + "optimiser: {iterations: 40}\npull: " + pull + "\n", "")).model.weights -
            source.weights)
        .norm();
  };
  EXPECT_LT(moved("1e6"), 1e-3);
  EXPECT_GT(moved("0"), 0.1);
}

/// Identity: where a training has converged, the data pull as strongly as the penalties: dL_data/dw = -2 pull (w - w_start) - 2
/// decay w; and the loss of the curve is the data's plus the penalties.
TEST_F(TrainNetwork, PullAndDecayBalanceTheData) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9);
  const double pull = 0.3;
  const double decay = 0.02;
  const TrainingRecipe pulled = recipe(
      start(source, ", shift: keep") + "optimiser: {iterations: 3000, restart: 1000}\nstop: {every: 1}\npull: 0.3\ndecay: 0.02\n",
      "");
  const TrainingResult result = train(pulled);
  const TrainingSet set(frames_.data(), frames_.all(), result.model, Communicator());
  Eigen::VectorXd gradient;
  const double data = set.loss(result.model, pulled.stages[0].weights, &gradient).loss;
  const Eigen::VectorXd& weights = result.model.weights;
  const Eigen::VectorXd moved = weights - source.weights;
  EXPECT_GT(moved.norm(), 1e-3);
  EXPECT_LT((gradient + 2 * pull * moved + 2 * decay * weights).norm(), 1e-5 * gradient.norm());
  EXPECT_NEAR(result.curve.back().train.loss, data + pull * moved.squaredNorm() + decay * weights.squaredNorm(), 1e-10 * data);
}

/// The pull is toward what the training started from, not toward what its stage did.
TEST_F(TrainNetwork, APullOfALaterStageIsTowardTheSource) {
  const NetworkModel source = random_network(elements({"C", "N"}), 9);
  const NetworkModel model =
      train(
          recipe(start(source, "") + "stages:\n  - {optimiser: {iterations: 20}}\n  - {pull: 1e6, optimiser: {iterations: 60}}\n",
                 ""))
          .model;
  EXPECT_LT((model.weights - source.weights).norm(), 1e-3);
}

/// Oracle: the stage written out, with the schedule's formula, layer rates and penalties, one step an epoch.
TEST_F(TrainNetwork, AnAdamStageTakesTheStepsOfItsSchedule) {
  const auto rate_at = [](const std::string& schedule, double part) {
    if (schedule == "constant") return 0.02;
    return schedule == "cosine" ? 0.001 + 0.019 * (1 + std::cos(std::numbers::pi * part)) / 2
                                : 0.02 * std::pow(0.001 / 0.02, part);
  };
  for (const std::string schedule : {"constant", "cosine", "exponential"}) {
    const TrainingRecipe one = recipe(
        "decay: 0.01\npull: 0.1\noptimiser: {kind: adam, iterations: 4, batch: 100, rate: 0.02, final_rate: "
        "0.001, layer_rates: [1, 0.5, 2], schedule: " +
        schedule + "}\n");
    NetworkModel model = random_network(elements({"C", "N"}), 9);
    const TrainingSet set(frames_.data(), frames_.all(), model, Communicator());
    const TrainingSet none(frames_.data(), {}, model, Communicator());
    const Eigen::VectorXd begin = model.weights;
    Eigen::VectorXd layer_rates(begin.size());
    for (Eigen::Index e = 0; e < 2; ++e)
      for (std::size_t l = 0; l < 3; ++l) {
        const Network::Layer& layer = model.network->layers()[l];
        layer_rates.segment(e * model.network->weights() + layer.offset, layer.size()).setConstant(l == 0 ? 1 : l == 1 ? 0.5 : 2);
      }
    NetworkModel expected = model;
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(begin.size());
    Eigen::VectorXd squares = mean;
    for (int step = 1; step <= 4; ++step) {
      Eigen::VectorXd gradient;
      set.loss(expected, one.stages[0].weights, &gradient);
      gradient += 2 * 0.01 * expected.weights + 2 * 0.1 * (expected.weights - begin);
      mean = 0.9 * mean + 0.1 * gradient;
      squares = 0.999 * squares + 0.001 * gradient.cwiseAbs2();
      const Eigen::ArrayXd first = mean.array() / (1 - std::pow(0.9, step));
      const Eigen::ArrayXd second = squares.array() / (1 - std::pow(0.999, step));
      expected.weights.array() -= rate_at(schedule, (step - 1) / 4.0) * layer_rates.array() * first / (second.sqrt() + 1e-8);
    }
    TrainingState state;
    state.weights = begin;
    run_stage({one.stages[0], set, none, begin, 1, {}, {}}, model, state);
    // The order of the frames in a batch is the stage's own, so sums round differently; Adam divides by them.
    EXPECT_LT((state.weights - expected.weights).norm(), 1e-9 * (expected.weights - begin).norm()) << schedule;
  }
}

TEST_F(TrainNetwork, EndsWithTheWeightsOfTheSmallestValidationLoss) {
  const TrainingRecipe small =
      recipe("split: {validation: {labels: [odd]}}\nstop: {every: 1, patience: 6}\noptimiser: {iterations: 400}\n");
  const TrainingResult result = train(small);
  ASSERT_LT(result.curve.size(), 400u) << "it should have stopped early";
  double best = 1e300;
  long best_iteration = 0;
  for (const CurvePoint& point : result.curve)
    if (point.validation.loss < best) {
      best = point.validation.loss;
      best_iteration = point.iteration;
    }
  EXPECT_EQ(result.curve.back().iteration, best_iteration + 6);
  const TrainingSet validation(frames_.data(), split_for_training(small, frames_.data()).validation, result.model,
                               Communicator());
  EXPECT_EQ(validation.loss(result.model, small.stages[0].weights, nullptr).loss, best);
}

TEST_F(TrainNetwork, StagesFollowEachOther) {
  const TrainingResult result =
      train(recipe("stages:\n  - {name: a, weights: {stress: 0}, optimiser: {iterations: 10}}\n  - {name: b, frozen: [first, "
                   "last], optimiser: {kind: adam, iterations: 4}, stop: {every: 1}}\n"));
  EXPECT_EQ(result.curve.front().stage, 0);
  EXPECT_EQ(result.curve.back().stage, 1);
  EXPECT_EQ(result.curve.back().iteration, 4);
  EXPECT_EQ(result.model.history[0].notes.back(), "b: ran all 4 epochs");
}

/// From every state that was kept on the way.
TEST_F(TrainNetwork, AStageGoesOnToTheSameBits) {
  const TrainingRecipe both = recipe(
      "stop: {every: 2, patience: 0}\nstages:\n  - {optimiser: {iterations: 30, restart: 8}}\n  - {optimiser: {kind: adam, "
      "iterations: 6}}\n");
  NetworkModel model = random_network(elements({"C", "N"}), 9);
  const TrainingSet train(frames_.data(), {0, 1, 2, 4, 5, 7, 8}, model, Communicator());
  const TrainingSet validation(frames_.data(), {3, 6, 9}, model, Communicator());
  const Eigen::VectorXd begin = model.weights;
  const TrainingIdentity identity = {{"recipe", "both"}};
  for (const StageSpec& stage : both.stages) {
    TrainingState state;
    state.weights = begin;
    std::vector<std::string> kept;
    run_stage({stage, train, validation, begin, 1, {}, [&] { kept.push_back(training_state_bytes(state, identity)); }}, model,
              state);
    EXPECT_GE(kept.size(), 3u);
    for (const std::string& bytes : kept) {
      TrainingState again = training_state_from(bytes, identity).state.value();
      run_stage({stage, train, validation, begin, 1, {}, {}}, model, again);
      EXPECT_EQ(training_state_bytes(again, identity), training_state_bytes(state, identity));
    }
  }
}

/// A signal between two stages, and the same training called again.
TEST_F(TrainNetwork, AnInterruptedTrainingGoesOnToTheSameBits) {
  const TrainingRecipe two_stages = recipe(
      "split: {validation: {fraction: 0.25}}\nstages:\n  - {name: first, optimiser: {iterations: 20}}\n  - {optimiser: {kind: "
      "adam, iterations: 10}}\n");
  const TrainingResult whole = train(two_stages);
  const TrainingCheckpoint checkpoint{folder_.path("checkpoint")};
  TrainingObserver signaller;
  signaller.note = [](const std::string& line) {
    if (line.starts_with("first: ran all")) raise(SIGTERM);
  };
  const auto interrupted = [&] {
    const InterruptWatch watch;
    train(two_stages, checkpoint, signaller);
  };
  EXPECT_THROW(interrupted(), Interrupted);
  std::string told;
  TrainingObserver listener;
  listener.note = [&](const std::string& line) { told += line + "\n"; };
  const TrainingResult resumed = train(two_stages, checkpoint, listener);
  EXPECT_NE(told.find("going on at stage 2, iteration 0"), std::string::npos);
  EXPECT_EQ(network_text(resumed.model), network_text(whole.model));
  EXPECT_EQ(curve_csv(resumed.curve), curve_csv(whole.curve));
}

TEST_F(TrainNetwork, ACheckpointOfAnotherTrainingIsRefused) {
  const TrainingCheckpoint checkpoint{folder_.path("checkpoint")};
  train(recipe("optimiser: {iterations: 4}\n"), checkpoint);
  EXPECT_EQ(
      message_of<InputError>([&] { train(recipe("optimiser: {iterations: 5}\n"), checkpoint); }),
      checkpoint.path +
          ": is of another training; different are: the recipe ('optimiser: {kind: lbfgs, iterations: 4, memory: 30, restart: "
          "250}' there, 'optimiser: {kind: lbfgs, iterations: 5, memory: 30, restart: 250}' here). Choose another folder or "
          "pass --overwrite");
  const TrainingResult anew = train(recipe("optimiser: {iterations: 5}\n"), {checkpoint.path, true});
  folder_.file("checkpoint", "nonsense");
  EXPECT_EQ(train(recipe("optimiser: {iterations: 5}\n"), checkpoint).model.weights, anew.model.weights);
}

TEST(TrainingState, SaysWhatIsDifferent) {
  const TrainingIdentity here = {{"the data of a", "1"}, {"the data of b", "2"}, {"the recipe", "x: 1\n  y: 2\n"}};
  const auto told = [&](const TrainingIdentity& there) {
    return training_state_from(training_state_bytes({}, there), here).differences;
  };
  EXPECT_EQ(told(here), "");
  EXPECT_EQ(told({{"the data of a", "3"}, {"the data of c", "2"}, {"the recipe", "x: 1\n  y: 2\n"}}),
            "the data of a, the data of b, the data of c");
  EXPECT_EQ(told({{"the data of a", "1"}, {"the data of b", "2"}, {"the recipe", "x: 1\n  y: 3\n"}}),
            "the recipe ('y: 3' there, 'y: 2' here)");
  EXPECT_EQ(told({{"the data of a", "1"}, {"the data of b", "2"}, {"the recipe", "x: 1\n"}}),
            "the recipe ('' there, 'y: 2' here)");
}

TEST_F(TrainNetwork, WeightsNeedLabels) {
  TrainingRecipe no_stress = recipe("");
  TrainingSplit split{{2, 5}, {}, {}};  // every third frame has no stress
  EXPECT_EQ(message_of<InputError>([&] { train_network(no_stress, frames_.data(), split, Communicator(), {}); }),
            no_stress.file + ": training: the weight of stress is 25, but no training frame has any; set it to 0");
}

TEST(CurveCsv, OneLineAPoint) {
  CurvePoint point{1, 10, {}, {}};
  point.train.loss = 0.5;
  point.train.energy.add(0.002);
  const std::string text = curve_csv({point});
  EXPECT_NE(text.find("\n2,10,0.5,2,2,0,0,0,0,,,,,,,\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace carillon
