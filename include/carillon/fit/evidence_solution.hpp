#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/evidence/evidence.hpp"
#include "carillon/fit/step_columns.hpp"
#include "carillon/fit/step_settings.hpp"

namespace carillon {

/// The evidence of parents, by block: `C`.
using ParentEvidence = std::map<std::string, std::shared_ptr<const Evidence>>;

/// A fit from evidence: from data or from a file makes no difference.
struct EvidenceProblem {
  const Evidence& evidence;  ///< the root's counts; on other ranks blocks, parents and prior mean have to be there
  const StepSettings& settings;
  const ParentEvidence& parent_evidence;  ///< of the parents that settings.parents.evidence names; the root's counts
};

struct EvidenceSolution {
  StepColumns columns;
  LeastSquaresResult result;  ///< on the root
};

/// Weighs the groups, adds the parents' rows, fixes frozen parents at the coefficients that `evidence` gives them, and solves.
/// Collective.
///
/// @throws InputError  what the evidence does not hold: rows of another form, labels or folds it does not tell apart, another
///                     number of folds, a parent that does not exist; on all ranks
/// Cost: merges of all groups (2 rows columns^2 operations at most) on the root, then the solver's.
EvidenceSolution solve_evidence(const EvidenceProblem& problem, const Communicator& world);

/// @throws InputError  the solver leaves out folds of frames, and asks for another number of them than there are
void require_folds(int folds, const std::string& name, const SolverSpec& solver);

}  // namespace carillon
