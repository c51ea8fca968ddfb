#include "carillon/fit/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "carillon/block/hierarchy.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/fit/weights_spec.hpp"

namespace carillon {
namespace {

/// The settings a step starts from: those at the top of the recipe.
struct Defaults {
  BasisSpec basis;
  Weights weights;
  SolverSpec solver;
  EvidenceLevel evidence = EvidenceLevel::none;
  bool price = false;
};

/// `N-C` -> `C-N`.
std::string read_set_name(const Yaml& node) {
  try {
    return element_set_name(elements_of_name(node.string()));
  } catch (const InputError& problem) {
    node.fail(problem.what());
  }
}

EvidenceLevel read_level(const Yaml& node) { return evidence_level_from_name(node.choice({"none", "total", "groups"})); }

/// What a step does with its parents, and what it leaves for later.
void read_parents_and_evidence(const Yaml& node, const std::string& folder, StepSpec& step) {
  if (const auto value = node.find("parents")) step.parents = read_parent_spec(*value, step.parents);
  if (const auto value = node.find("prior")) step.prior = read_prior_spec(*value, folder);
  if (const auto value = node.find("evidence")) step.evidence = read_level(*value);
  step.price = node.boolean_or("price", step.price);
  if (step.price && step.evidence != EvidenceLevel::groups) {
    const std::string message = "the price of the hierarchy is told by label and kind of row: it needs 'evidence: groups'";
    node.has("price") ? node.at("price").fail(message) : node.fail(message);
  }
}

StepSpec read_step(const Yaml& node, const Defaults& defaults, const std::string& folder) {
  node.require_keys({"name", "frozen", "basis", "weights", "solver", "labels", "parents", "prior", "evidence", "price"});
  StepSpec step;
  step.basis = defaults.basis;
  step.weights = defaults.weights;
  step.solver = defaults.solver;
  step.evidence = defaults.evidence;
  step.price = defaults.price;
  step.line = node.line();
  const Yaml name = node.at("name");
  for (const Yaml& given : name.is_list() ? name.items() : std::vector<Yaml>{name}) step.blocks.push_back(read_set_name(given));
  if (const auto value = node.find("frozen")) {
    step.frozen = resolved_path(value->string(), folder);
    for (const char* key : {"basis", "weights", "solver", "labels", "parents", "prior", "evidence", "price"})
      if (node.has(key)) node.at(key).fail("a frozen block is taken as it is; remove this key or 'frozen'");
    if (step.blocks.size() != 1) name.fail("a frozen step names one block");
    return step;
  }
  if (const auto value = node.find("basis")) step.basis = read_basis_spec(*value, step.basis);
  if (const auto value = node.find("weights")) step.weights = read_weights_spec(*value, step.weights);
  if (const auto value = node.find("solver")) step.solver = read_solver_spec(*value, step.solver);
  if (const auto value = node.find("labels")) step.labels = value->strings();
  read_parents_and_evidence(node, folder, step);
  return step;
}

/// After all steps are read: an entry at the top may be meant for any of them.
void check_basis_entries(const Yaml& node, const Recipe& recipe) {
  std::vector<FittedBasis> fitted;
  for (const StepSpec& step : recipe.steps)
    if (step.frozen.empty()) fitted.push_back({step.basis, step.blocks});
  if (const auto basis = node.find("basis")) require_use(*basis, fitted);
  for (const Yaml& step : node.at("blocks").items())
    if (const auto basis = step.find("basis")) require_use(*basis, fitted);
}

/// A block is fitted on what its parents leave, so they come first; and a block twice would count its energy twice.
void check_order(const Recipe& recipe) {
  std::set<std::string> known(recipe.absent_blocks.begin(), recipe.absent_blocks.end());
  for (const StepSpec& step : recipe.steps) {
    const std::string where = recipe.file + ":" + std::to_string(step.line) + ": ";
    for (const std::string& block : step.blocks)
      if (!known.insert(block).second) throw InputError(where + "block " + block + " is given twice");
    if (!step.frozen.empty()) continue;
    for (const std::string& block : step.blocks)
      for (const std::string& parent : needed_blocks(elements_of_name(block), step.basis.largest_cluster()))
        if (!known.contains(parent))
          throw InputError(where + "block " + block + " is fitted on what block " + parent + " leaves, so " + parent +
                           " must come before it (frozen or fitted), in the same step, or under 'absent_blocks'");
  }
}

std::string step_yaml(const StepSpec& step) {
  std::string out = fmt::format("  - name: [{}]\n", fmt::join(step.blocks, ", "));
  if (!step.frozen.empty()) return fmt::format("  - name: {}\n    frozen: {}\n", step.blocks.front(), yaml_quoted(step.frozen));
  out += "    basis:\n" + basis_spec_yaml(step.basis, 6) + "    weights:\n" + weights_spec_yaml(step.weights, 6) +
         "    solver:\n" + solver_spec_yaml(step.solver, 6);
  if (!step.labels.empty()) out += "    labels: " + yaml_list(step.labels) + "\n";
  if (const std::string parents = parent_spec_yaml(step.parents, 6); !parents.empty()) out += "    parents:\n" + parents;
  if (const std::string prior = prior_spec_yaml(step.prior, 6); !prior.empty()) out += "    prior:\n" + prior;
  return out + fmt::format("    evidence: {}\n    price: {}\n", evidence_level_name(step.evidence), step.price);
}

std::filesystem::path absolute_path(const std::string& path) { return std::filesystem::absolute(path).lexically_normal(); }

/// Of every file and folder the recipe names.
template <class Change>
void change_paths(Recipe& recipe, Change change) {
  const auto apply = [&](std::string& path) {
    if (!path.empty()) path = change(path);
  };
  for (DataSource& source : recipe.data) {
    apply(source.path);
    apply(source.options.temperature_file);
  }
  for (StepSpec& step : recipe.steps) {
    apply(step.frozen);
    for (std::string& path : step.prior.from) apply(path);
  }
}

}  // namespace

Recipe parse_recipe(const std::string& text, const std::string& name, const std::string& folder) {
  const Yaml node = Yaml::load_text(text, name);
  node.require_keys(
      {"title", "data", "split", "basis", "weights", "solver", "blocks", "penalty", "absent_blocks", "evidence", "price"});
  Recipe recipe;
  recipe.title = node.string_or("title", "");
  recipe.file = name;
  for (const Yaml& item : node.at("data").items()) recipe.data.push_back(read_data_source(item, folder));
  if (recipe.data.empty()) node.at("data").fail("no data given");
  if (const auto value = node.find("split")) {
    value->require_keys({"test"});
    recipe.split = read_split_spec(value->at("test"));
  }
  Defaults defaults;
  if (const auto value = node.find("basis")) defaults.basis = read_basis_spec(*value);
  if (const auto value = node.find("weights")) defaults.weights = read_weights_spec(*value, {});
  if (const auto value = node.find("solver")) defaults.solver = read_solver_spec(*value, {});
  if (const auto value = node.find("evidence")) defaults.evidence = read_level(*value);
  defaults.price = node.boolean_or("price", false);
  if (const auto value = node.find("absent_blocks"))
    for (const Yaml& item : value->items()) recipe.absent_blocks.push_back(read_set_name(item));
  for (const Yaml& item : node.at("blocks").items()) recipe.steps.push_back(read_step(item, defaults, folder));
  if (std::all_of(recipe.steps.begin(), recipe.steps.end(), [](const StepSpec& step) { return !step.frozen.empty(); }))
    node.at("blocks").fail("no block to fit: all are frozen (to put finished blocks together use 'carillon compose')");
  if (const auto value = node.find("penalty")) {
    value->require_keys({"distance", "scale"});
    recipe.penalty = {value->at("distance").positive(), value->at("scale").positive()};
  }
  check_basis_entries(node, recipe);
  check_order(recipe);
  return recipe;
}

Recipe read_recipe(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw FileError(path + ": is a folder, not a recipe");
  const TextFile file(path);
  return parse_recipe(std::string(file.text()), path, std::filesystem::path(path).parent_path().string());
}

Recipe with_absolute_paths(Recipe recipe) {
  change_paths(recipe, [](const std::string& path) { return absolute_path(path).string(); });
  return recipe;
}

Recipe with_own_paths(Recipe recipe) {
  const std::filesystem::path folder = absolute_path(recipe.file).parent_path();
  change_paths(recipe, [&](const std::string& path) { return absolute_path(path).lexically_relative(folder).string(); });
  return recipe;
}

std::string recipe_yaml(const Recipe& recipe) {
  std::string out = "title: " + yaml_quoted(recipe.title) + "\ndata:\n";
  for (const DataSource& source : recipe.data) out += data_source_yaml(source);
  if (recipe.split.kind != SplitSpec::Kind::none) out += "split:\n  test: " + split_spec_yaml(recipe.split) + "\n";
  if (!recipe.absent_blocks.empty()) out += fmt::format("absent_blocks: [{}]\n", fmt::join(recipe.absent_blocks, ", "));
  out += "blocks:\n";
  for (const StepSpec& step : recipe.steps) out += step_yaml(step);
  if (recipe.penalty.scale > 0)
    out += fmt::format("penalty: {{distance: {}, scale: {}}}\n", recipe.penalty.distance, recipe.penalty.scale);
  return out;
}

}  // namespace carillon
