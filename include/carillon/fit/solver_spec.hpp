#pragma once

#include <string>

#include "carillon/core/yaml.hpp"
#include "carillon/fit/constraint_rows.hpp"
#include "carillon/fit/smoothness.hpp"
#include "carillon/solve/factorisation.hpp"
#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// How a fit is regularised, how strongly, and which frames are left out together to find out: the `solver` section of a
/// recipe (docs/recipes.md).
struct SolverSpec {
  LeastSquaresOptions options;  ///< what depends on columns is empty here: see step_columns.hpp
  SmoothnessSpec smoothness;
  int folds = 4;               ///< groups of whole frames that are left out in turn
  bool fold_by_label = false;  ///< leave one state point out instead
  Factorisation factorisation = Factorisation::automatic;
  ConstraintSpec constraints;  ///< with kind `ridge`; rows of options.constraints follow from it and the basis
};

/// Reads a `solver` section on top of the settings given: keys that are not there keep their value.
/// @throws InputError  with file:line for an unknown key or a value out of range
SolverSpec read_solver_spec(const Yaml& node, SolverSpec solver);

/// The section with every default written out, as lines of a recipe, each indented by `indent` blanks.
std::string solver_spec_yaml(const SolverSpec& solver, int indent);

}  // namespace carillon
