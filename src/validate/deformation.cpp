#include "carillon/validate/deformation.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {
namespace {

constexpr double bond_reach = 20;  // Å: beyond any dimer curve, within any memory

Structure without_labels(const Structure& structure) {
  Structure out = structure;
  out.energy.reset();
  out.forces.reset();
  out.stress.reset();
  return out;
}

[[noreturn]] void fail_at_atom(const Structure& structure, std::size_t atom, const char* problem) {
  Location where = structure.origin;
  where.atom = static_cast<long>(atom);
  fail_at(where, problem);
}

/// The nearest copy of another atom, of each atom. The reach grows until there is one: a list of 20 Å in a dense cell is large.
std::vector<Neighbor> nearest_neighbors(const Structure& structure) {
  for (double reach = bond_reach / 8; reach <= bond_reach; reach *= 2) {
    const NeighborList list(structure, reach);
    std::vector<Neighbor> nearest;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto around = list.neighbors(i);
      const auto shortest = std::min_element(around.begin(), around.end(),
                                             [](const Neighbor& a, const Neighbor& b) { return a.distance < b.distance; });
      if (shortest == around.end()) break;
      nearest.push_back(*shortest);
    }
    if (nearest.size() == structure.size()) return nearest;
  }
  fail_at(structure.origin, "an atom has no neighbour within 20 Å");
}

}  // namespace

Structure deformed(const Structure& structure, const Eigen::Matrix3d& deformation) {
  Structure out = without_labels(structure);
  out.cell.vectors = structure.cell.vectors * deformation.transpose();  // rows are the cell vectors
  for (Eigen::Vector3d& position : out.positions) position = deformation * position;
  return out;
}

double nearest_distance(const Structure& structure) {
  double smallest = bond_reach;
  for (const Neighbor& neighbor : nearest_neighbors(structure)) smallest = std::min(smallest, neighbor.distance);
  return smallest;
}

Structure with_scaled_bonds(const Structure& molecules, double factor) {
  const std::vector<Neighbor> nearest = nearest_neighbors(molecules);
  Structure out = without_labels(molecules);
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    const Neighbor& bond = nearest[i];
    const Neighbor& back = nearest[static_cast<std::size_t>(bond.index)];
    if (back.index != static_cast<int>(i) || (back.displacement + bond.displacement).norm() > 1e-9)
      fail_at_atom(molecules, i, "it and its nearest neighbour are not a molecule of two");
    out.positions[i] = molecules.positions[i] + 0.5 * (1 - factor) * bond.displacement;
  }
  return out;
}

}  // namespace carillon
