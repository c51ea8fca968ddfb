#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "carillon/basis/penalty.hpp"
#include "carillon/data/data_spec.hpp"
#include "carillon/design/weights.hpp"
#include "carillon/evidence/evidence.hpp"
#include "carillon/fit/basis_spec.hpp"
#include "carillon/fit/parent_spec.hpp"
#include "carillon/fit/solver_spec.hpp"

namespace carillon {

/// One step of the hierarchy: blocks taken as they are, or blocks fitted (together when there are several) on what the
/// steps before leave of the reference.
struct StepSpec {
  std::vector<std::string> blocks;  ///< names: `C-N`
  std::string frozen;               ///< a block folder or params.txt; empty: fitted here
  BasisSpec basis;
  Weights weights;
  SolverSpec solver;
  std::vector<std::string> labels;               ///< state points to fit on; empty: all that hold the elements
  ParentSpec parents;                            ///< which of the blocks before it may move in this fit
  PriorSpec prior;                               ///< what the blocks' own coefficients are drawn to
  EvidenceLevel evidence = EvidenceLevel::none;  ///< what is kept of the rows
  bool price = false;                            ///< compare with the fits of frozen, soft and free parents
  int line = 0;                                  ///< in the recipe, for messages

  /// Whether the parents' columns are in the rows: else their energies, forces and stresses are subtracted from the target.
  bool has_parent_columns() const { return evidence != EvidenceLevel::none || !parents.all_frozen(); }
};

/// A whole fit, as a YAML file in fits/ says it (docs/recipes.md).
struct Recipe {
  std::string title;
  std::string file;  ///< where it was read
  std::vector<DataSource> data;
  SplitSpec split;
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

/// The same recipe, to be kept in another folder than the one it was read from.
Recipe with_absolute_paths(Recipe recipe);

/// The same with paths relative to the recipe's own folder: equal wherever a folder with recipe and data lies, and from wherever
/// a program is called.
Recipe with_own_paths(Recipe recipe);

}  // namespace carillon
