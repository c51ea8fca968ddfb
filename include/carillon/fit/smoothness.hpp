#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/core/yaml.hpp"

namespace carillon {

/// What a term's degree is to the smoothness prior.
enum class DegreeKind {
  total,    ///< sum of its polynomial indices over the pairs
  largest,  ///< the largest of them
};

/// A prior that expects rough terms and larger clusters to have smaller coefficients: the stiffness of a column is
/// (1 + degree)^degree_power times a factor for its number of atoms and one for its section (docs/theory.md, Eq. 14).
struct SmoothnessSpec {
  double degree_power = 0;  ///< >= 0; 0: the degree does not matter
  DegreeKind degree = DegreeKind::total;
  std::map<int, double> body;              ///< factor by number of atoms, 2 to 4; 1 where not listed
  std::map<std::string, double> sections;  ///< extra factor by cluster type (`CCN`); 1 where not listed

  bool operator==(const SmoothnessSpec&) const = default;
};

/// Reads a `smoothness` section of a recipe over what `base` already holds.
/// @throws InputError  with file:line: an unknown key or cluster type, a number out of range
SmoothnessSpec read_smoothness(const Yaml& node, SmoothnessSpec base);

/// The section on one line, in YAML that read_smoothness gives back.
std::string smoothness_yaml(const SmoothnessSpec& smoothness);

/// Stiffness of every column for PriorOptions::stiffness. Energy offsets have 1: they are not penalised anyway.
std::vector<double> smoothness_stiffness(const SmoothnessSpec& smoothness, const BasisSet& basis);

}  // namespace carillon
