#include "carillon/neural/training_recipe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/neural/network_file.hpp"
#include "integer_between.hpp"

namespace carillon {
namespace {

double not_negative(const Yaml& node) {
  const double value = node.number();
  if (value < 0) node.fail("expected a number of 0 or more");
  return value;
}

long at_least(const Yaml& node, long least) {
  const long value = node.integer();
  if (value < least) node.fail(fmt::format("expected a number of at least {}", least));
  return value;
}

template <class Enum>
Enum one_of(const Yaml& node, const std::vector<std::string>& names) {
  const std::string name = node.choice(names);
  return static_cast<Enum>(std::find(names.begin(), names.end(), name) - names.begin());
}

LossWeights read_weights(const Yaml& node, LossWeights weights) {
  node.require_keys({"energy", "force", "stress", "labels"});
  if (const auto value = node.find("energy")) weights.energy = not_negative(*value);
  if (const auto value = node.find("force")) weights.force = not_negative(*value);
  if (const auto value = node.find("stress")) weights.stress = not_negative(*value);
  if (const auto value = node.find("labels"))
    for (const auto& [label, factor] : value->entries()) weights.labels[label] = not_negative(factor);
  if (weights.energy == 0 && weights.force == 0 && weights.stress == 0) node.fail("all weights are zero: nothing to train on");
  return weights;
}

OptimiserSpec read_optimiser(const Yaml& node, OptimiserSpec spec) {
  node.require_keys({"kind", "iterations", "memory", "restart", "batch", "rate", "final_rate", "schedule", "layer_rates"});
  if (const auto value = node.find("kind")) spec.kind = one_of<OptimiserSpec::Kind>(*value, {"lbfgs", "adam"});
  const bool lbfgs = spec.kind == OptimiserSpec::Kind::lbfgs;
  const std::vector<std::string> others = lbfgs
                                              ? std::vector<std::string>{"batch", "rate", "final_rate", "schedule", "layer_rates"}
                                              : std::vector<std::string>{"memory", "restart"};
  for (const std::string& key : others)
    if (const auto value = node.find(key))
      value->fail(lbfgs ? "lbfgs has no such key; adam has" : "adam has no such key; lbfgs has");
  if (const auto value = node.find("iterations")) spec.iterations = at_least(*value, 0);
  if (const auto value = node.find("memory")) spec.memory = integer_between(*value, 3, 1000);
  if (const auto value = node.find("restart")) spec.restart = at_least(*value, 1);
  if (const auto value = node.find("batch")) spec.batch = at_least(*value, 1);
  if (const auto value = node.find("rate")) spec.rate = value->positive();
  if (const auto value = node.find("final_rate")) spec.final_rate = value->positive();
  if (const auto value = node.find("schedule"))
    spec.schedule = one_of<OptimiserSpec::Schedule>(*value, {"constant", "cosine", "exponential"});
  if (const auto value = node.find("layer_rates")) {
    spec.layer_rates.clear();
    for (const Yaml& item : value->items()) spec.layer_rates.push_back(not_negative(item));
  }
  return spec;
}

StopSpec read_stop(const Yaml& node, StopSpec stop) {
  node.require_keys({"every", "patience"});
  if (const auto value = node.find("every")) stop.every = at_least(*value, 1);
  if (const auto value = node.find("patience")) stop.patience = at_least(*value, 0);
  return stop;
}

/// `[first, last, 1, output_bias]`
void read_frozen(const Yaml& node, long layers, StageSpec& stage) {
  stage.frozen_layers.clear();
  stage.frozen_output_bias = false;
  for (const Yaml& item : node.items()) {
    const std::string word = item.string();
    if (word == "output_bias") {
      stage.frozen_output_bias = true;
      continue;
    }
    const long layer = word == "first" ? 0 : word == "last" ? layers - 1 : item.integer();
    if (layer < 0 || layer >= layers)
      item.fail(fmt::format("expected first, last, output_bias, or a layer between 0 and {}", layers - 1));
    stage.frozen_layers.push_back(layer);
  }
  std::sort(stage.frozen_layers.begin(), stage.frozen_layers.end());
  stage.frozen_layers.erase(std::unique(stage.frozen_layers.begin(), stage.frozen_layers.end()), stage.frozen_layers.end());
  if (static_cast<long>(stage.frozen_layers.size()) == layers) node.fail("all layers are frozen: nothing to train");
}

const std::vector<std::string> stage_keys = {"weights", "optimiser", "stop", "frozen", "decay", "pull"};

/// @param layers  of the network, output included
StageSpec read_stage(const Yaml& node, StageSpec stage, long layers) {
  if (const auto value = node.find("weights")) stage.weights = read_weights(*value, stage.weights);
  if (const auto value = node.find("optimiser")) stage.optimiser = read_optimiser(*value, stage.optimiser);
  if (const auto& rates = stage.optimiser.layer_rates; !rates.empty() && static_cast<long>(rates.size()) != layers)
    node.at("optimiser")
        .at("layer_rates")
        .fail(fmt::format("{} rates, but there are {} layers, the output included", rates.size(), layers));
  if (const auto value = node.find("stop")) stage.stop = read_stop(*value, stage.stop);
  if (const auto value = node.find("frozen")) read_frozen(*value, layers, stage);
  if (const auto value = node.find("decay")) stage.decay = not_negative(*value);
  if (const auto value = node.find("pull")) stage.pull = not_negative(*value);
  return stage;
}

Element read_element(const Yaml& node, const std::string& symbol) {
  const auto element = Element::from_symbol(symbol);
  if (!element) node.fail("'" + symbol + "' is not an element");
  return *element;
}

StartSpec read_start(const Yaml& node, const std::string& folder) {
  node.require_keys({"from", "map", "shift", "scaler", "length_scale"});
  StartSpec start;
  start.from = resolved_path(node.at("from").string(), folder);
  if (const auto value = node.find("map"))
    for (const auto& [there, here] : value->entries()) start.map[read_element(here, there)] = read_element(here, here.string());
  if (const auto value = node.find("shift")) start.shift = one_of<StartSpec::Shift>(*value, {"keep", "mean", "refit"});
  if (const auto value = node.find("scaler")) start.scaler = one_of<StartSpec::Scaling>(*value, {"keep", "refit"});
  if (const auto value = node.find("length_scale")) start.length_scale = value->positive();
  return start;
}

void read_split(const Yaml& node, TrainingRecipe& recipe) {
  node.require_keys({"test", "validation"});
  if (const auto value = node.find("test")) recipe.test = read_split_spec(*value);
  if (const auto value = node.find("validation")) recipe.validation = read_split_spec(*value);
}

std::vector<StageSpec> read_stages(const Yaml& node, long layers) {
  StageSpec bare;
  bare.name = "training";
  const StageSpec defaults = read_stage(node, bare, layers);
  const auto list = node.find("stages");
  if (!list) return {defaults};
  std::vector<std::string> keys = stage_keys;
  keys.emplace_back("name");
  std::vector<StageSpec> stages;
  for (const Yaml& item : list->items()) {
    item.require_keys(keys);
    stages.push_back(read_stage(item, defaults, layers));
    stages.back().name = item.string_or("name", fmt::format("stage {}", stages.size()));
  }
  if (stages.empty()) list->fail("no stage given; leave the key out for a single one");
  return stages;
}

std::string frozen_list(const StageSpec& stage) {
  std::vector<std::string> words;
  for (const long layer : stage.frozen_layers) words.push_back(std::to_string(layer));
  if (stage.frozen_output_bias) words.emplace_back("output_bias");
  return fmt::format("[{}]", fmt::join(words, ", "));
}

std::string optimiser_yaml(const OptimiserSpec& spec) {
  if (spec.kind == OptimiserSpec::Kind::lbfgs)
    return fmt::format("{{kind: lbfgs, iterations: {}, memory: {}, restart: {}}}", spec.iterations, spec.memory, spec.restart);
  const char* schedules[] = {"constant", "cosine", "exponential"};
  return fmt::format("{{kind: adam, iterations: {}, batch: {}, rate: {}, final_rate: {}, schedule: {}, layer_rates: [{}]}}",
                     spec.iterations, spec.batch, exact_text(spec.rate), exact_text(spec.final_rate),
                     schedules[static_cast<std::size_t>(spec.schedule)], fmt::join(spec.layer_rates, ", "));
}

std::string stage_yaml(const StageSpec& stage) {
  std::string labels;
  for (const auto& [label, factor] : stage.weights.labels)
    labels += fmt::format("{}{}: {}", labels.empty() ? "" : ", ", yaml_quoted(label), exact_text(factor));
  std::string out =
      fmt::format("  - name: {}\n    weights: {{energy: {}, force: {}, stress: {}, labels: {{{}}}}}\n", yaml_quoted(stage.name),
                  exact_text(stage.weights.energy), exact_text(stage.weights.force), exact_text(stage.weights.stress), labels);
  out += "    optimiser: " + optimiser_yaml(stage.optimiser) + "\n";
  out += fmt::format("    stop: {{every: {}, patience: {}}}\n    frozen: {}\n    decay: {}\n    pull: {}\n", stage.stop.every,
                     stage.stop.patience, frozen_list(stage), exact_text(stage.decay), exact_text(stage.pull));
  return out;
}

std::string start_yaml(const StartSpec& start) {
  std::string map;
  for (const auto& [there, here] : start.map)
    map += fmt::format("{}{}: {}", map.empty() ? "" : ", ", there.symbol(), here.symbol());
  return fmt::format("start:\n  from: {}\n  map: {{{}}}\n  shift: {}\n  scaler: {}\n  length_scale: {}\n",
                     yaml_quoted(start.from), map, to_string(start.shift), to_string(start.scaler),
                     exact_text(start.length_scale));
}

template <class Change>
void change_paths(TrainingRecipe& recipe, Change change) {
  const auto apply = [&](std::string& path) {
    if (!path.empty()) path = change(std::filesystem::absolute(path).lexically_normal()).string();
  };
  for (DataSource& source : recipe.data) {
    apply(source.path);
    apply(source.options.temperature_file);
  }
  if (recipe.start) apply(recipe.start->from);
}

}  // namespace

TrainingRecipe parse_training_recipe(const std::string& text, const std::string& name, const std::string& folder) {
  const Yaml node = Yaml::load_text(text, name);
  std::vector<std::string> keys = {"title", "data", "split", "descriptor", "network", "seed", "committee", "start", "stages"};
  keys.insert(keys.end(), stage_keys.begin(), stage_keys.end());
  node.require_keys(keys);
  TrainingRecipe recipe;
  recipe.title = node.string_or("title", "");
  recipe.file = name;
  for (const Yaml& item : node.at("data").items()) recipe.data.push_back(read_data_source(item, folder));
  if (recipe.data.empty()) node.at("data").fail("no data given");
  if (const auto value = node.find("split")) read_split(*value, recipe);
  if (const auto value = node.find("seed")) recipe.seed = static_cast<std::uint64_t>(at_least(*value, 0));
  if (const auto value = node.find("committee")) recipe.committee = integer_between(*value, 1, 1000);
  if (const auto value = node.find("start")) {
    recipe.start = read_start(*value, folder);
    for (const char* key : {"descriptor", "network"})
      if (node.has(key)) node.at(key).fail("is that of the model under 'start'; remove one of the two keys");
    const std::string path = network_path(recipe.start->from);
    if (path.empty()) value->at("from").fail(recipe.start->from + " is no network, nor a folder with a network.yaml");
    const NetworkModel source = read_network(path);
    recipe.network = source.network->spec();
    recipe.descriptor = source.descriptor;
  }
  if (const auto value = node.find("descriptor")) recipe.descriptor = read_descriptor_spec(*value);
  if (const auto value = node.find("network")) recipe.network = read_network_spec(*value);
  recipe.stages = read_stages(node, static_cast<long>(make_network(recipe.network, 1)->layers().size()));
  return recipe;
}

TrainingRecipe read_training_recipe(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw FileError(path + ": is a folder, not a recipe");
  const TextFile file(path);
  return parse_training_recipe(std::string(file.text()), path, std::filesystem::path(path).parent_path().string());
}

std::string training_recipe_yaml(const TrainingRecipe& recipe) {
  std::string out = "title: " + yaml_quoted(recipe.title) + "\ndata:\n";
  for (const DataSource& source : recipe.data) out += data_source_yaml(source);
  const std::string test = split_spec_yaml(recipe.test);
  const std::string validation = split_spec_yaml(recipe.validation);
  if (!test.empty() || !validation.empty()) out += "split:\n";
  if (!test.empty()) out += "  test: " + test + "\n";
  if (!validation.empty()) out += "  validation: " + validation + "\n";
  if (recipe.start)
    out += start_yaml(*recipe.start);
  else
    out += fmt::format("descriptor:\n{}network: {{{}}}\n", descriptor_spec_yaml(recipe.descriptor, 2),
                       network_spec_yaml(recipe.network));
  out += fmt::format("seed: {}\n", recipe.seed);
  if (recipe.committee > 1) out += fmt::format("committee: {}\n", recipe.committee);
  out += "stages:\n";
  for (const StageSpec& stage : recipe.stages) out += stage_yaml(stage);
  return out;
}

TrainingRecipe member_recipe(TrainingRecipe recipe, long member) {
  recipe.committee = 1;
  recipe.seed += static_cast<std::uint64_t>(member);
  if (recipe.validation.kind == SplitSpec::Kind::fraction) recipe.validation.seed += static_cast<std::uint64_t>(member);
  return recipe;
}

TrainingRecipe with_absolute_paths(TrainingRecipe recipe) {
  change_paths(recipe, [](const std::filesystem::path& path) { return path; });
  return recipe;
}

TrainingRecipe with_own_paths(TrainingRecipe recipe) {
  const std::filesystem::path folder = std::filesystem::absolute(recipe.file).lexically_normal().parent_path();
  change_paths(recipe, [&](const std::filesystem::path& path) { return path.lexically_relative(folder); });
  return recipe;
}

}  // namespace carillon
