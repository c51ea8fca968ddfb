#pragma once

#include <map>
#include <utility>
#include <vector>

#include "carillon/data/finding.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {

using ElementPair = std::pair<Element, Element>;  ///< sorted by symbol

ElementPair element_pair(Element a, Element b);
std::string pair_name(const ElementPair& pair);  ///< `C-N`

/// The two atoms of a frame that stand closest, for one pair of elements.
struct ClosestPair {
  double distance = 0;  ///< Å
  long atom = 0;
  long other = 0;  ///< may be an image, also of the same atom
};

/// Of every pair of elements that the list holds.
/// Cost O(neighbours).
std::map<ElementPair, ClosestPair> closest_pairs(const Structure& structure, const NeighborList& neighbors);

/// Distances that are too short: an error where implausible (geometry/covalent_radius.hpp), else a warning where below the inner
/// cutoff. One finding for each pair of elements of a frame, at its closest pair.
///
/// @param inner  inner cutoffs by element pair, Å; pairs that it lacks have none
std::vector<Finding> find_short_distances(const Structure& structure, const std::map<ElementPair, ClosestPair>& closest,
                                          const std::map<ElementPair, double>& inner);

}  // namespace carillon
