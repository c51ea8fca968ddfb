#include "carillon/fit/evidence_solution.hpp"

#include <fmt/format.h>

#include "carillon/core/error.hpp"
#include "carillon/fit/evidence_folds.hpp"

namespace carillon {
namespace {

std::vector<TriangularFactor> folds_of(const EvidenceProblem& problem, const StepColumns& columns) {
  const StepSettings& settings = problem.settings;
  FoldChoice choice = fold_choice(settings.weights, settings.labels, settings.solver);
  // Rows of level total that are still in folds, while their fit is under way, are in the folds it asked for.
  const bool in_folds = problem.evidence.level == EvidenceLevel::total && problem.evidence.folds > 1;
  choice.by_label = choice.by_label && !in_folds;
  std::vector<TriangularFactor> folds = weighted_folds(problem.evidence, choice);
  require_folds(problem.evidence.folds, problem.evidence.name(), settings.solver);
  for (const auto& [name, factor] : settings.parents.evidence) {
    const auto found = problem.parent_evidence.find(name);
    if (found == problem.parent_evidence.end() || !found->second)
      throw InputError(fmt::format("parents: the evidence of block {} is asked for, and is not there", name));
    add_parent_rows(folds, columns.basis, *found->second, factor, choice.by_label);
  }
  return fix_folds(std::move(folds), columns);
}

}  // namespace

void require_folds(int folds, const std::string& name, const SolverSpec& solver) {
  if (solver.options.strength != Strength::groups || solver.fold_by_label || solver.folds == folds) return;
  if (folds == 1)
    throw InputError("evidence of block " + name + ": it has no folds to leave out: give the strength, or choose it by gcv");
  throw InputError(fmt::format("evidence of block {}: its rows are in {} folds, and {} are asked for: that takes the data", name,
                               folds, solver.folds));
}

EvidenceSolution solve_evidence(const EvidenceProblem& problem, const Communicator& world) {
  EvidenceSolution solution;
  std::vector<TriangularFactor> folds;
  world.agree([&] {
    check_parent_spec(problem.settings.parents, problem.evidence.parents);
    solution.columns = step_columns(problem.evidence.blocks, problem.evidence.parents, problem.settings.parents,
                                    {problem.evidence.prior_mean, problem.settings.prior_dial});
    if (world.is_root()) folds = folds_of(problem, solution.columns);
  });
  const LeastSquaresOptions options = step_solver_options(problem.settings.solver, solution.columns);
  solution.result = make_least_squares(options)->solve(folds, world);
  return solution;
}

}  // namespace carillon
