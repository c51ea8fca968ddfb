#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/core/yaml.hpp"
#include "carillon/solve/constraints.hpp"

namespace carillon {

/// Pairs whose two-body energy of this step's block has to fall with distance at short range: dE_2/dr <= 0 at `points` equally
/// spaced distances from the inner cutoff to `below`. Only the block's own pair terms count: larger clusters, the blocks fitted
/// before it and the penalty of the composed model come on top.
struct RepulsiveRange {
  std::vector<std::string> pairs;  ///< `C-N`
  double below = 0.0;              ///< Å
  int points = 20;

  bool operator==(const RepulsiveRange&) const = default;
};

/// What the coefficients of a step have to satisfy exactly: the section `constraints` of a recipe's solver (docs/recipes.md).
struct ConstraintSpec {
  std::map<std::string, double> isolated_atom_energy;  ///< eV, by element: the energy offset of a lone atom
  std::vector<RepulsiveRange> repulsive;

  bool empty() const { return isolated_atom_energy.empty() && repulsive.empty(); }
  bool operator==(const ConstraintSpec&) const = default;
};

/// @throws InputError  with file:line for an unknown key or element, or a value out of range
ConstraintSpec read_constraint_spec(const Yaml& node);

/// In one line, as read_constraint_spec reads it: `{isolated_atom_energy: {C: -146.5}, repulsive: [...]}`.
std::string constraint_spec_yaml(const ConstraintSpec& spec);

/// The conditions on the columns of a basis: rows C c = d for the offsets, rows -dE_2/dr >= 0 for repulsive pairs.
/// @throws InputError  an element without an offset column here, a pair without two-body terms here, a range that is empty
LinearConstraints constraint_rows(const ConstraintSpec& spec, const BasisSet& basis);

}  // namespace carillon
