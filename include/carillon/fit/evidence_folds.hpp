#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/design/weights.hpp"
#include "carillon/evidence/evidence.hpp"
#include "carillon/fit/recipe.hpp"
#include "carillon/fit/step_columns.hpp"

namespace carillon {

/// Weights of 1 that make rows of the same form: what evidence of level groups is made with.
Weights unit_weights(const Weights& weights);
RowForm row_form(const Weights& weights);

/// Which rows of some evidence count in a fit, how much, and which are left out together.
struct FoldChoice {
  Weights weights;
  std::vector<std::string> labels;  ///< to fit on; empty: all
  bool by_label = false;            ///< one fold a label, instead of the folds the rows have
};
FoldChoice fold_choice(const Weights& weights, const std::vector<std::string>& labels, const SolverSpec& solver);

/// The weighted rows of each fold as one factor, merged in the order of their keys (Eq. 10). In level total the rows have their
/// weights already.
///
/// @throws InputError  rows of another form than the weights ask for; in level total labels or folds by label; no rows left
std::vector<TriangularFactor> weighted_folds(const Evidence& evidence, const FoldChoice& choice);

/// Adds a parent's own rows to the folds of a step, so that each is left out in turn with the rows of its fold's number; folds by
/// label come after those of the step.
///
/// Sections of the parent's own parents that the step does not have are fixed at what they were.
///
/// @param factor  of the rows, beside the weights that the parent was fitted with
/// @throws InputError  a section that differs from the step's, evidence that does not say its weights, or of level total where
///                     folds are left out
void add_parent_rows(std::vector<TriangularFactor>& folds, const BasisSet& columns, const Evidence& parent, double factor,
                     bool by_label);

/// The factors of the unknowns alone: all other columns are taken to the other side.
std::vector<TriangularFactor> fix_folds(std::vector<TriangularFactor> folds, const StepColumns& columns);

}  // namespace carillon
