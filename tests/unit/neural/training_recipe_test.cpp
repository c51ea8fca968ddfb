#include "carillon/neural/training_recipe.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "carillon/core/error.hpp"
#include "carillon/neural/network_file.hpp"
#include "random_networks.hpp"

namespace carillon {
namespace {

using testing::message_of;

TrainingRecipe parse(const std::string& text) {
  return parse_training_recipe("data: [{file: f.extxyz}]\n" + text, "r.yaml", "there");
}
std::string complaint(const std::string& text) {
  return message_of<InputError>([&] { parse(text); });
}

TEST(TrainingRecipe, Defaults) {
  const TrainingRecipe recipe = parse("");
  EXPECT_EQ(recipe.data.at(0).path, "there/f.extxyz");
  EXPECT_EQ(recipe.network, (NetworkSpec{{24, 24}, Activation::tanh}));
  ASSERT_EQ(recipe.stages.size(), 1u);
  EXPECT_EQ(recipe.stages[0].optimiser.kind, OptimiserSpec::Kind::lbfgs);
  EXPECT_FALSE(recipe.start);
}

constexpr const char* all_keys = R"(title: two stages
split: {test: {fraction: 0.2, seed: 3}, validation: {labels: [hot]}}
descriptor: {kind: chebyshev, radial: {order: 9, cutoff: 5.5}, angular: {order: 4, cutoff: 4.5, radial_order: 2}, coordinate: morse, lambda: 2}
network: {hidden: [10, 8], activation: silu}
seed: 7
weights: {energy: 2, force: 3, stress: 4, labels: {hot: 0.5}}
decay: 1e-6
stages:
  - {name: one, weights: {stress: 0}, optimiser: {kind: adam, iterations: 20, batch: 4, rate: 0.01, final_rate: 1e-4, schedule: exponential, layer_rates: [0, 0.5, 1]}}
  - {optimiser: {iterations: 30, memory: 5, restart: 10}, stop: {every: 5, patience: 15}, frozen: [first, last], pull: 0.01}
  - {frozen: [1, output_bias]}
)";

TEST(TrainingRecipe, StagesStartFromTheKeysAtTheTop) {
  const TrainingRecipe recipe = parse(all_keys);
  ASSERT_EQ(recipe.stages.size(), 3u);
  const StageSpec& one = recipe.stages[0];
  EXPECT_EQ(one.weights, (LossWeights{2, 3, 0, {{"hot", 0.5}}}));
  EXPECT_EQ(one.optimiser.layer_rates, (std::vector<double>{0, 0.5, 1}));
  EXPECT_EQ(one.optimiser.schedule, OptimiserSpec::Schedule::exponential);
  const StageSpec& two = recipe.stages[1];
  EXPECT_EQ(two.name, "stage 2");
  EXPECT_EQ(two.weights.stress, 4);
  EXPECT_EQ(two.frozen_layers, (std::vector<long>{0, 2}));
  EXPECT_EQ(two.stop.patience, 15);
  EXPECT_EQ(two.decay, 1e-6);
  EXPECT_TRUE(recipe.stages[2].frozen_output_bias);
  EXPECT_EQ(recipe.stages[2].frozen_layers, (std::vector<long>{1}));
  EXPECT_EQ(recipe.descriptor.chebyshev, (ChebyshevSpec{9, 5.5, 4, 4.5, 2, CoordinateKind::morse, 2}));
  EXPECT_EQ(recipe.validation.labels, (std::vector<std::string>{"hot"}));
}

TEST(TrainingRecipe, WrittenOutItIsTheSame) {
  const TrainingRecipe recipe = parse(all_keys);
  const std::string text = training_recipe_yaml(recipe);
  EXPECT_EQ(training_recipe_yaml(parse_training_recipe(text, "s.yaml", "")), text);
}

TEST(TrainingRecipe, AMessagePassingNetwork) {
  EXPECT_EQ(parse("network: {kind: message_passing}\n").network.messages, MessageSpec());
  const TrainingRecipe recipe = parse(
      "network: {kind: message_passing, hidden: [8], messages: {rounds: 2, features: 12, order: 6, cutoff: 4.25, neighbors: "
      "10}}\n"
      "frozen: [0, 2, last]\n");
  EXPECT_EQ(recipe.network, (NetworkSpec{{8}, Activation::tanh, MessageSpec{2, 12, 6, 4.25, 10}}));
  EXPECT_EQ(recipe.stages[0].frozen_layers, (std::vector<long>{0, 2, 8}));
  const std::string text = training_recipe_yaml(recipe);
  EXPECT_EQ(parse_training_recipe(text, "s.yaml", "").network, recipe.network);
  EXPECT_EQ(complaint("network: {kind: graph}\n"), "r.yaml:2: network.kind: 'graph' is not one of: dense, message_passing");
  EXPECT_EQ(complaint("network: {messages: {rounds: 1}}\n"),
            "r.yaml:2: network.messages: only a network of kind message_passing sends any");
  const auto of_messages = [](const std::string& keys) {
    return complaint("network: {kind: message_passing, messages: {" + keys + "}}\n");
  };
  EXPECT_EQ(of_messages("rounds: 6"), "r.yaml:2: network.messages.rounds: expected a number between 1 and 5");
  EXPECT_EQ(of_messages("cutoff: 0").substr(0, 34), "r.yaml:2: network.messages.cutoff:");
  EXPECT_EQ(of_messages("width: 3").substr(0, 45), "r.yaml:2: network.messages: unknown key 'widt");
  EXPECT_EQ(complaint("network: {kind: message_passing}\nfrozen: [10]\n"),
            "r.yaml:3: frozen[0]: expected first, last, output_bias, or a layer between 0 and 6");
}

TEST(TrainingRecipe, ASourceBringsItsNetwork) {
  const testing::TemporaryFolder folder;
  write_network(folder.path("network.yaml"), testing::random_network(testing::elements({"Si"}), 1, Activation::gelu));
  const std::string start =
      "start: {from: " + folder.path("") + ", map: {Si: Ge}, shift: mean, scaler: refit, length_scale: 1.04}\n";
  const TrainingRecipe recipe = parse(start + "frozen: [last]\n");
  EXPECT_EQ(recipe.network, (NetworkSpec{{7, 5}, Activation::gelu}));
  EXPECT_EQ(recipe.stages[0].frozen_layers, (std::vector<long>{2}));
  EXPECT_EQ(recipe.start->shift, StartSpec::Shift::mean);
  const std::string text = training_recipe_yaml(recipe);
  EXPECT_EQ(training_recipe_yaml(parse_training_recipe(text, "s.yaml", "")), text);
  EXPECT_NE(complaint(start + "network: {hidden: [3]}\n").find("is that of the model under 'start'"), std::string::npos);
  EXPECT_NE(complaint("start: {from: nowhere}\n").find("is no network"), std::string::npos);
}

TEST(TrainingRecipe, ShippedRecipesAreValid) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CARILLON_SOURCE_DIR "/fits/networks")) {
    ++count;
    const TrainingRecipe recipe = read_training_recipe(entry.path().string());
    for (const DataSource& source : recipe.data) EXPECT_TRUE(std::filesystem::exists(source.path)) << source.path;
  }
  EXPECT_GE(count, 1);
}

TEST(TrainingRecipe, ComplaintsAboutDescriptors) {
  EXPECT_EQ(complaint("descriptor: {lambda: 2}\n"),
            "r.yaml:2: descriptor.lambda: belongs to 'coordinate: morse'; the coordinate is direct");
  EXPECT_EQ(complaint("descriptor: {kind: behler-parrinello, coordinate: morse}\n"),
            "r.yaml:2: descriptor.coordinate: belongs to 'kind: chebyshev'; the kind is behler-parrinello");
  EXPECT_EQ(complaint("descriptor: {kind: behler-parrinello, radial: {order: 3}}\n").substr(0, 46),
            "r.yaml:2: descriptor.radial: unknown key 'orde");
  EXPECT_EQ(complaint("descriptor: {kind: behler-parrinello, angular: {zeta: [1, 0.5]}}\n"),
            "r.yaml:2: descriptor.angular.zeta[1]: expected a number of at least 1");
  EXPECT_EQ(complaint("descriptor: {kind: behler-parrinello, radial: {eta: []}}\n"),
            "r.yaml:2: descriptor.radial: no radial function: 'eta' or 'shift' is empty");
  EXPECT_EQ(complaint("descriptor: {kind: soap}\n"),
            "r.yaml:2: descriptor.kind: 'soap' is not one of: chebyshev, behler-parrinello");
}

TEST(TrainingRecipe, BehlerParrinelloFunctionsWrittenOutAreTheSame) {
  const TrainingRecipe recipe = parse(
      "descriptor: {kind: behler-parrinello, radial: {cutoff: 5, eta: [0.1, 3], shift: [0, 2.5]}, angular: {cutoff: 4, eta: "
      "[0.02], "
      "zeta: [1, 8]}}\n");
  EXPECT_EQ(recipe.descriptor.kind, DescriptorKind::behler_parrinello);
  EXPECT_EQ(recipe.descriptor.behler_parrinello, (BehlerParrinelloSpec{5, {0.1, 3}, {0, 2.5}, 4, {0.02}, {1, 8}}));
  const std::string text = training_recipe_yaml(recipe);
  EXPECT_EQ(parse_training_recipe(text, "s.yaml", "").descriptor, recipe.descriptor);
  EXPECT_EQ(training_recipe_yaml(parse_training_recipe(text, "s.yaml", "")), text);
}

TEST(TrainingRecipe, Complaints) {
  EXPECT_EQ(complaint("colour: red\n").substr(0, 30), "r.yaml:2: unknown key 'colour'");
  EXPECT_EQ(complaint("descriptor: {radial: {order: 101}}\n"),
            "r.yaml:2: descriptor.radial.order: expected a number between 0 and 100");
  EXPECT_EQ(complaint("descriptor: {coordinate: inverse}\n"),
            "r.yaml:2: descriptor.coordinate: 'inverse' is not one of: direct, morse");
  EXPECT_EQ(complaint("descriptor: {coordinate: morse}\n"), "r.yaml:2: descriptor: the key 'lambda' is missing");
  EXPECT_EQ(complaint("network: {activation: relu}\n"), "r.yaml:2: network.activation: 'relu' is not one of: tanh, silu, gelu");
  EXPECT_EQ(complaint("network: {hidden: [0]}\n"),
            "r.yaml:2: network.hidden[0]: expected a number of nodes between 1 and 100000");
  EXPECT_EQ(complaint("network: {hidden: [8, 100001]}\n"),
            "r.yaml:2: network.hidden[1]: expected a number of nodes between 1 and 100000");
  EXPECT_EQ(complaint("optimiser: {memory: 1001}\n"), "r.yaml:2: optimiser.memory: expected a number between 3 and 1000");
  EXPECT_EQ(complaint("weights: {force: -1}\n"), "r.yaml:2: weights.force: expected a number of 0 or more");
  EXPECT_EQ(complaint("weights: {energy: 0, force: 0, stress: 0}\n"),
            "r.yaml:2: weights: all weights are zero: nothing to train on");
  EXPECT_EQ(complaint("optimiser: {batch: 3}\n"), "r.yaml:2: optimiser.batch: lbfgs has no such key; adam has");
  EXPECT_EQ(complaint("optimiser: {kind: adam, memory: 3}\n"), "r.yaml:2: optimiser.memory: adam has no such key; lbfgs has");
  EXPECT_EQ(complaint("optimiser: {kind: adam, layer_rates: [1]}\n"),
            "r.yaml:2: optimiser.layer_rates: 1 rates, but there are 3 layers, the output included");
  EXPECT_EQ(complaint("frozen: [3]\n"), "r.yaml:2: frozen[0]: expected first, last, output_bias, or a layer between 0 and 2");
  EXPECT_EQ(complaint("frozen: [0, 1, 2]\n"), "r.yaml:2: frozen: all layers are frozen: nothing to train");
  EXPECT_EQ(complaint("stages: []\n"), "r.yaml:2: stages: no stage given; leave the key out for a single one");
  EXPECT_EQ(complaint("stages: [{seed: 1}]\n").substr(0, 38), "r.yaml:2: stages[0]: unknown key 'seed");
  EXPECT_EQ(complaint("split: {test: {fraction: 2}}\n"), "r.yaml:2: split.test.fraction: expected a fraction in [0, 1)");
  EXPECT_NE(message_of<InputError>([] { parse_training_recipe("title: x\n", "r.yaml", ""); }).find("'data' is missing"),
            std::string::npos);
}

}  // namespace
}  // namespace carillon
