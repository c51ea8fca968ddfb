#include "carillon/fit/solver_spec.hpp"

#include <fmt/format.h>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

void read_strength(const Yaml& node, LeastSquaresOptions& options) {
  const std::string word = node.string();
  if (word == "groups" || word == "gcv" || word == "evidence") {
    options.strength = strength_from_name(word);
    return;
  }
  options.strength = Strength::given;
  try {
    options.lambda = node.number();
  } catch (const InputError&) {
    node.fail("'" + word + "' is not one of: groups, gcv, evidence, or a number");
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

void read_refit(const Yaml& node, std::optional<double>& refit) {
  if (node.string() == "none") {
    refit.reset();
    return;
  }
  try {
    refit = node.number();
  } catch (const InputError&) {
    node.fail("'" + node.string() + "' is neither none nor the strength of a ridge, a number");
  }
  if (*refit < 0) node.fail("a strength cannot be negative");
}

void read_sparse(const Yaml& node, SparseOptions& sparse) {
  if (const auto value = node.find("l2")) sparse.l2 = value->positive();
  if (const auto value = node.find("max_terms")) {
    sparse.most_active = value->integer();
    if (sparse.most_active < 0) value->fail("expected a number of terms, or 0 for no limit");
  }
  if (const auto value = node.find("refit")) read_refit(*value, sparse.refit);
}

void check_constraints(const Yaml& node, const SolverSpec& solver) {
  if (solver.constraints.empty()) return;
  if (solver.options.method != "ridge") node.fail("constraints need kind ridge, not " + solver.options.method);
  if (solver.options.posterior) node.fail("a posterior does not know of constraints: ask for one of the two");
}

/// Methods that choose their strengths themselves, by the evidence.
bool is_bayesian(const std::string& method) { return method == "bayesian_ridge" || method == "ard"; }

/// What does not go together, once all keys are read.
void settle_bayesian(const Yaml& node, LeastSquaresOptions& options) {
  const bool knows_evidence = options.method == "ridge" || is_bayesian(options.method);
  if (!knows_evidence && options.posterior)
    node.fail("kind " + options.method + " gives no posterior; ridge, bayesian_ridge and ard do");
  if (!knows_evidence && options.strength == Strength::evidence)
    node.fail("kind " + options.method + " cannot choose its strength by the evidence; ridge, bayesian_ridge and ard can");
  if (!is_bayesian(options.method)) return;
  if (const auto strength = node.find("strength"); strength && options.strength != Strength::evidence)
    strength->fail("kind " + options.method + " chooses its strength by the evidence");
  options.strength = Strength::evidence;
}

}  // namespace

SolverSpec read_solver_spec(const Yaml& node, SolverSpec solver) {
  node.require_keys({"kind", "scaling", "strength", "folds", "fold_by", "rule", "grid", "factorisation", "smoothness",
                     "posterior", "l2", "max_terms", "refit", "constraints"});
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
  if (const auto value = node.find("smoothness")) solver.smoothness = read_smoothness(*value, solver.smoothness);
  const bool bayesian_here = node.has("kind") && is_bayesian(options.method);
  options.posterior = node.boolean_or("posterior", options.posterior || bayesian_here);
  settle_bayesian(node, options);
  read_sparse(node, options.sparse);
  if (const auto value = node.find("constraints")) solver.constraints = read_constraint_spec(*value);
  check_constraints(node, solver);
  return solver;
}

std::string solver_spec_yaml(const SolverSpec& solver, int indent) {
  const LeastSquaresOptions& options = solver.options;
  std::string strength = fmt::format("{}", options.lambda);
  if (options.strength == Strength::gcv) strength = "gcv";
  if (options.strength == Strength::groups) strength = "groups";
  if (options.strength == Strength::evidence) strength = "evidence";
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
  line("smoothness", smoothness_yaml(solver.smoothness));
  line("posterior", options.posterior ? "true" : "false");
  line("l2", fmt::format("{}", options.sparse.l2));
  line("max_terms", std::to_string(options.sparse.most_active));
  line("refit", options.sparse.refit ? fmt::format("{}", *options.sparse.refit) : "none");
  line("constraints", constraint_spec_yaml(solver.constraints));
  return out;
}

}  // namespace carillon
