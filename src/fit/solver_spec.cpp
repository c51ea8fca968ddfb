#include "carillon/fit/solver_spec.hpp"

#include <fmt/format.h>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

void read_strength(const Yaml& node, LeastSquaresOptions& options) {
  const std::string word = node.string();
  if (word == "groups" || word == "gcv") {
    options.strength = strength_from_name(word);
    return;
  }
  options.strength = Strength::given;
  try {
    options.lambda = node.number();
  } catch (const InputError&) {
    node.fail("'" + word + "' is not one of: groups, gcv, or a number");
  }
  if (options.lambda < 0) node.fail("a strength cannot be negative");
}

void read_grid(const Yaml& node, LambdaGrid& grid) {
  node.require_keys({"from", "to", "points"});
  if (const auto from = node.find("from")) grid.lowest = from->positive();
  if (const auto to = node.find("to")) grid.highest = to->positive();
  if (const auto points = node.find("points")) grid.count = points->integer();
  if (grid.highest <= grid.lowest) node.fail("the grid must end above where it starts");
  if (grid.count < 2 || grid.count > 1000) node.fail("expected 2 to 1000 points");
}

}  // namespace

SolverSpec read_solver_spec(const Yaml& node, SolverSpec solver) {
  node.require_keys({"kind", "scaling", "strength", "folds", "fold_by", "rule", "grid", "factorisation"});
  LeastSquaresOptions& options = solver.options;
  if (const auto value = node.find("kind")) options.method = value->choice(least_squares_methods());
  if (const auto value = node.find("scaling"))
    options.prior.scaling = prior_scaling_from_name(value->choice({"none", "unit_norm", "half"}));
  if (const auto value = node.find("strength")) read_strength(*value, options);
  if (const auto value = node.find("rule"))
    options.rule = choice_rule_from_name(value->choice({"minimum", "one_standard_error"}));
  if (const auto value = node.find("grid")) read_grid(*value, options.grid);
  if (const auto value = node.find("folds")) {
    const long folds = value->integer();
    if (folds < 2 || folds > 1000) value->fail("expected 2 to 1000 folds");
    solver.folds = static_cast<int>(folds);
  }
  if (const auto value = node.find("factorisation"))
    solver.factorisation = factorisation_from_name(value->choice(factorisation_names()));
  if (const auto value = node.find("fold_by")) solver.fold_by_label = value->choice({"frames", "label"}) == "label";
  return solver;
}

std::string solver_spec_yaml(const SolverSpec& solver, int indent) {
  const LeastSquaresOptions& options = solver.options;
  std::string strength = fmt::format("{}", options.lambda);
  if (options.strength == Strength::gcv) strength = "gcv";
  if (options.strength == Strength::groups) strength = "groups";
  const std::string pad(static_cast<std::size_t>(indent), ' ');
  std::string out;
  const auto line = [&](const char* key, const std::string& value) { out += fmt::format("{}{}: {}\n", pad, key, value); };
  line("kind", options.method);
  line("scaling", prior_scaling_name(options.prior.scaling));
  line("strength", strength);
  line("folds", std::to_string(solver.folds));
  line("fold_by", solver.fold_by_label ? "label" : "frames");
  line("rule", options.rule == ChoiceRule::minimum ? "minimum" : "one_standard_error");
  line("grid", fmt::format("{{from: {}, to: {}, points: {}}}", options.grid.lowest, options.grid.highest, options.grid.count));
  line("factorisation", factorisation_name(solver.factorisation));
  return out;
}

}  // namespace carillon
