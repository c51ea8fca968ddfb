#include "carillon/geometry/close_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "carillon/geometry/covalent_radius.hpp"

namespace carillon {

ElementPair element_pair(Element a, Element b) { return b < a ? ElementPair(b, a) : ElementPair(a, b); }

std::string pair_name(const ElementPair& pair) {
  return std::string(pair.first.symbol()) + "-" + std::string(pair.second.symbol());
}

std::map<ElementPair, ClosestPair> closest_pairs(const Structure& structure, const NeighborList& neighbors) {
  std::map<ElementPair, ClosestPair> closest;
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const Neighbor& neighbor : neighbors.later_neighbors(i)) {
      const Element other = structure.species[static_cast<std::size_t>(neighbor.index)];
      const ClosestPair here{neighbor.distance, static_cast<long>(i), neighbor.index};
      const auto [found, is_new] = closest.try_emplace(element_pair(structure.species[i], other), here);
      if (!is_new && neighbor.distance < found->second.distance) found->second = here;
    }
  return closest;
}

std::vector<Finding> find_short_distances(const Structure& structure, const std::map<ElementPair, ClosestPair>& closest,
                                          const std::map<ElementPair, double>& inner) {
  std::vector<Finding> findings;
  for (const auto& [pair, found] : closest) {
    Location where = structure.origin;
    where.atom = found.atom;
    const std::string what = fmt::format("the {} distance to atom {} is {:.3f} Å", pair_name(pair), found.other, found.distance);
    const double implausible = implausible_distance(pair.first, pair.second);
    const auto cutoff = inner.find(pair);
    if (found.distance < implausible)
      findings.push_back({Severity::error, "short_distance", where, structure.label,
                          fmt::format("{}; none is below {:.2f} (half the sum of the covalent radii)", what, implausible)});
    else if (cutoff != inner.end() && found.distance < cutoff->second)
      findings.push_back({Severity::warning, "below_inner", where, structure.label,
                          fmt::format("{}, below the inner cutoff {}", what, cutoff->second)});
  }
  return findings;
}

}  // namespace carillon
