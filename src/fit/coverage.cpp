#include "carillon/fit/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {
namespace {

/// Largest outer cutoff of each element pair over all cluster types.
std::map<std::pair<Element, Element>, double> reach_of_pairs(const BasisSet& basis) {
  std::map<std::pair<Element, Element>, double> reach;
  for (const ClusterType& type : basis.types())
    for (int p = 0; p < slot_count(type.atoms()); ++p) {
      const auto [a, b] = slot_atoms(type.atoms(), p);
      double& outer = reach[{type.elements()[static_cast<std::size_t>(a)], type.elements()[static_cast<std::size_t>(b)]}];
      outer = std::max(outer, type.slots()[static_cast<std::size_t>(p)].outer);
    }
  return reach;
}

void include_distances(DistanceCoverage& entry, double smallest, double largest, long pairs) {
  if (pairs == 0) return;
  entry.smallest = entry.pairs == 0 ? smallest : std::min(entry.smallest, smallest);
  entry.largest = std::max(entry.largest, largest);
  entry.pairs += pairs;
}

}  // namespace

void add_coverage(const BasisSet& basis, const Structure& structure, CoverageByPair& coverage) {
  if (basis.cutoff() <= 0) return;
  const auto reach = reach_of_pairs(basis);
  const NeighborList neighbors(structure, basis.cutoff());
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const Neighbor& neighbor : neighbors.later_neighbors(i)) {
      const Element other = structure.species[static_cast<std::size_t>(neighbor.index)];
      const auto [first, second] = std::minmax(structure.species[i], other);
      const auto found = reach.find({first, second});
      if (found == reach.end() || neighbor.distance >= found->second) continue;
      include_distances(coverage[element_pair_name(first, second)], neighbor.distance, neighbor.distance, 1);
    }
}

std::vector<std::string> distances_below_inner(const BasisSet& basis, const CoverageByPair& coverage) {
  std::vector<std::string> lines;
  for (const ClusterType& type : basis.types()) {
    if (type.atoms() != 2) continue;
    const std::string pair = element_pair_name(type.elements()[0], type.elements()[1]);
    const auto met = coverage.find(pair);
    const double inner = type.slots().front().inner;
    if (met != coverage.end() && met->second.smallest < inner)
      lines.push_back(
          fmt::format("{}: distances down to {:.3f} Å lie below the inner cutoff, {} Å", pair, met->second.smallest, inner));
  }
  return lines;
}

void merge_coverage(const CoverageByPair& other, CoverageByPair& into) {
  for (const auto& [pair, entry] : other) include_distances(into[pair], entry.smallest, entry.largest, entry.pairs);
}

std::string serialize_coverage(const CoverageByPair& coverage) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [pair, entry] : coverage) out[pair] = {entry.smallest, entry.largest, entry.pairs};
  return out.dump();
}

CoverageByPair deserialize_coverage(const std::string& bytes) {
  CoverageByPair out;
  const nlohmann::json parsed = nlohmann::json::parse(bytes);
  for (const auto& [pair, numbers] : parsed.items()) out[pair] = {numbers[0], numbers[1], numbers[2]};
  return out;
}

}  // namespace carillon
