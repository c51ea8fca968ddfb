#pragma once

#include <vector>

#include "carillon/solve/posterior.hpp"

namespace carillon {

/// One factor of a joint distribution: some unknowns, given those of the groups before them.
struct ConditionalPosterior {
  Posterior posterior;         ///< about a centre that moves with the groups before it
  std::vector<Matrix> slopes;  ///< how it moves: by each group before it, shape [own unknowns, theirs]
};

/// A joint Gaussian in groups of unknowns, as p(first) p(second | first) p(third | first, second) ...: exactly the same
/// distribution, covariances between groups included. With U the triangle whose columns are the groups in reverse order,
///
///     U = [U_33 U_32 U_31; 0 U_22 U_21; 0 0 U_11]:   deviations s |U_kk^-T a|,   slope of group k by group j = -U_kk^-1 U_kj
///
/// @param groups  unknowns of each, in any order, which becomes theirs; no unknown in two. Those in none count as they are in a
///                marginal(): whatever they are.
/// @throws ShapeError  an unknown that is not there, or is in two groups
/// Cost up to 4/3 n^3 operations, nothing where the groups are the last unknowns in reverse; memory 16 n^2 bytes for the time.
std::vector<ConditionalPosterior> posterior_chain(const Posterior& joint, const std::vector<std::vector<long>>& groups);

}  // namespace carillon
