#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/core/yaml.hpp"

namespace carillon {

/// Cutoffs of one cluster type that differ from the rest, by element pair (`C-N`).
struct SpecialCutoffs {
  std::string cluster;  ///< `CCN`, elements in any order
  std::map<std::string, double> inner;  ///< Å
  std::map<std::string, double> outer;  ///< Å
};

/// What a recipe says about a basis; together with a block's elements it gives the block's cluster types.
struct BasisSpec {
  RadialForm form;
  AdmissionRule admission = AdmissionRule::touched;
  int pair_order = 0;        ///< the field's order keywords; 0: no such terms
  int triplet_order = 0;
  int quadruplet_order = 0;
  std::map<std::string, Slot> pairs;  ///< `C-N` -> cutoffs and Morse length of the two-body terms
  std::optional<double> triplet_outer;     ///< Å; without it the pair's own
  std::optional<double> quadruplet_outer;
  std::optional<double> triplet_inner;
  std::optional<double> quadruplet_inner;
  std::vector<SpecialCutoffs> special;
  std::vector<std::string> absent;  ///< cluster types to leave out: `CCN`; `C` for the energy offset
  bool offsets = true;              ///< one energy offset for each element of a one-element block

  int largest_cluster() const { return quadruplet_order > 0 ? 4 : triplet_order > 0 ? 3 : 2; }  ///< atoms
};

/// Reads the `basis` section of a recipe over what `base` already holds, so that a block can override single keys.
/// @throws InputError  anything unknown or out of range; a special entry with a pair that its cluster type lacks; a Morse
///                     coordinate without the lengths of its pairs
BasisSpec read_basis_spec(const Yaml& node, const BasisSpec& base = {});

/// The blocks of one fitted step, and their basis.
struct FittedBasis {
  const BasisSpec& spec;
  const std::vector<std::string>& blocks;
};

/// Refuses entries of `special` and `absent` in a basis section that no fitted block has a use for: misspelt, they would silently
/// leave the general cutoffs, or the terms, in force.
/// @throws InputError  with the entry's line
void require_use(const Yaml& basis, const std::vector<FittedBasis>& fitted);

/// The cluster types whose element set is exactly `elements`.
///
/// @throws InputError  a pair is missing from `pairs`, or no cluster type is left
BasisSet block_basis(const BasisSpec& spec, const std::vector<Element>& elements);

/// The cluster types of several blocks in one numbering.
/// @throws InputError  as block_basis
BasisSet blocks_basis(const BasisSpec& spec, const std::vector<std::string>& blocks);

/// YAML text that read_basis_spec gives back, indented by `indent` blanks.
std::string basis_spec_yaml(const BasisSpec& spec, int indent);

/// `CCN` -> {C, C, N}: a symbol begins at each upper-case letter.
/// @throws InputError  an unknown element
std::vector<Element> elements_of_cluster(const std::string& name);

}  // namespace carillon
