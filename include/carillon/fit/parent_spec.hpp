#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/core/yaml.hpp"

namespace carillon {

/// How a parent's coefficients take part in the fit of a block (docs/theory.md, Eq. 12).
struct ParentHold {
  enum class Kind {
    frozen,  ///< they stay what they are
    soft,    ///< they may move, held by a Gaussian prior about what they are
    free,    ///< they are unknowns like the block's own: a joint fit
  };
  Kind kind = Kind::frozen;
  double dial = 1;  ///< of soft: multiplies the stiffness that the block's own coefficients have; > 0

  bool operator==(const ParentHold&) const = default;
};

/// What a step says about its parents: the `parents` mapping of a recipe (docs/recipes.md).
struct ParentSpec {
  std::map<std::string, ParentHold> holds;  ///< by block, `C`, or by one section of it, `C/CCC`; all others are frozen
  /// Parents whose own rows (evidence.h5) count in this fit too, so that they stay good on their own data: block -> factor of the
  /// rows beside the weights they were fitted with.
  std::map<std::string, double> evidence;

  ParentHold hold_of(const Block& block, const ClusterType& section) const;
  bool all_frozen() const;

  bool operator==(const ParentSpec&) const = default;
};

/// Reads a `parents` mapping over what is given.
/// @throws InputError  with file:line for an unknown key or element or a value out of range
ParentSpec read_parent_spec(const Yaml& node, ParentSpec spec);

/// The mapping as lines of a recipe, each indented by `indent` blanks; empty text when there is nothing to say.
std::string parent_spec_yaml(const ParentSpec& spec, int indent);

/// @throws InputError  a name that is no parent and no section of one; rows asked of a parent that is frozen
void check_parent_spec(const ParentSpec& spec, const std::vector<Block>& parents);

/// Coefficients that a block's own are drawn to, in place of zero: the `prior` mapping of a recipe.
struct PriorSpec {
  std::vector<std::string> from;           ///< block folders or params.txt; empty: drawn to zero
  std::map<std::string, std::string> map;  ///< element there -> element here; empty: the same
  std::optional<double> length_scale;      ///< distances here / there; nothing: found from the cutoffs
  double dial = 1;                         ///< stiffness; > 0

  bool operator==(const PriorSpec&) const = default;
};

/// @param folder  paths are relative to it
/// @throws InputError  with file:line
PriorSpec read_prior_spec(const Yaml& node, const std::string& folder);
std::string prior_spec_yaml(const PriorSpec& spec, int indent);

}  // namespace carillon
