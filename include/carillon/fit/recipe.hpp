#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/basis/penalty.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/split.hpp"
#include "carillon/design/weights.hpp"
#include "carillon/fit/basis_spec.hpp"
#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// How the groups of leave-one-group-out cross-validation are made.
struct FoldSpec {
  enum class By { frames, label } by = By::frames;
  int count = 4;  ///< by frames only
};

struct SolverSpec {
  LeastSquaresOptions options;
  FoldSpec folds;
};

/// One step of the hierarchy: blocks taken as they are, or blocks fitted (together when there are several) on what the
/// steps before leave of the reference.
struct StepSpec {
  std::vector<std::string> blocks;  ///< names: `C-N`
  std::string frozen;               ///< a block folder or params.txt; empty: fitted here
  BasisSpec basis;
  Weights weights;
  SolverSpec solver;
  std::vector<std::string> labels;  ///< state points to fit on; empty: all that hold the elements
  int line = 0;                     ///< in the recipe, for messages
};

/// A whole fit, as a YAML file in fits/ says it (docs/recipes.md).
struct Recipe {
  std::string title;
  std::string file;  ///< where it was read
  std::vector<DataSource> data;
  SplitOptions split;
  std::vector<StepSpec> steps;
  Penalty penalty;
  std::vector<std::string> absent_blocks;  ///< element sets meant to have no block
};

/// Reads a recipe; paths in it are relative to its folder.
/// @throws InputError  with file:line for an unknown key, a value out of range, a step in the wrong order
Recipe read_recipe(const std::string& path);
Recipe parse_recipe(const std::string& text, const std::string& name, const std::string& folder);

/// The recipe with every default written out, in YAML that read_recipe gives back: what is kept beside a result. Paths are
/// written as given to the reader, resolved against its folder.
std::string recipe_yaml(const Recipe& recipe);

}  // namespace carillon
