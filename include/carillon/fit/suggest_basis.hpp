#pragma once

#include <map>
#include <string>

#include "carillon/fit/basis_spec.hpp"
#include "carillon/geometry/pair_distribution.hpp"
#include "carillon/geometry/pair_shells.hpp"

namespace carillon {

/// A basis read off the distances in a data set, and where its numbers come from.
struct SuggestedBasis {
  BasisSpec spec;
  std::map<ElementPair, PairShells> shells;
};

/// Cutoffs and Morse lengths for the pairs of elements that occur within the distribution's reach:
///
/// - inner: the smallest distance less 0.01 Å, rounded down to 0.01 Å;
/// - lambda: the first peak of the radial distribution function, to 0.01 Å;
/// - outer of pairs: the minimum after the second shell, at least 3.2 first peaks and 4 Å, at most 8 Å and the reach, to 0.1 Å;
/// - outer of triplets: the largest minimum after a second shell, within 3 to 5 Å; of quadruplets the same within 3 to 4 Å;
/// - orders 8, 6 and 4, and Tersoff smoothing over 0.75: starting points, not read off the data.
///
/// @throws InputError  no pair of atoms within reach
SuggestedBasis suggest_basis(const PairDistribution& distribution);

/// A `basis:` section for a recipe, with a comment for each pair.
std::string suggested_basis_yaml(const SuggestedBasis& suggested, const PairDistribution& distribution, long frames);

}  // namespace carillon
