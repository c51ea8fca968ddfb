#include "carillon/chimes/chimes_potential.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/design/cluster_lookup.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {

ChimesPotential::ChimesPotential(const Hierarchy& hierarchy)
    : ChimesPotential(joined_basis(hierarchy.blocks), joined_coefficients(hierarchy.blocks)) {
  elements_ = hierarchy.elements;
  penalty_ = hierarchy.penalty;
  is_model_ = true;
}

ChimesPotential::ChimesPotential(const BasisSet& basis, const std::vector<double>& coefficients) : energy_(basis, coefficients) {
  for (const ClusterType& type : basis.types()) elements_.insert(elements_.end(), type.elements().begin(), type.elements().end());
  elements_ = unique_elements(std::move(elements_));
}

void ChimesPotential::add_penalty(const Structure& structure, const NeighborList& neighbors, Prediction& out) const {
  if (penalty_.scale == 0) return;
  const BasisSet& basis = energy_.basis();
  const ClusterLookup lookup(basis, structure);
  const double volume = structure.cell.volume();
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const Neighbor& neighbor : neighbors.later_neighbors(i)) {
      const ClusterLookup::Match& match = lookup.match(std::array<int, 2>{static_cast<int>(i), neighbor.index});
      if (match.type < 0) continue;
      const auto [energy, slope] =
          penalty_.at(neighbor.distance, basis.types()[static_cast<std::size_t>(match.type)].slots()[0].inner);
      if (energy == 0) continue;
      const Eigen::Vector3d pull = slope / neighbor.distance * neighbor.displacement;
      out.energy += energy;
      out.forces[i] += pull;
      out.forces[static_cast<std::size_t>(neighbor.index)] -= pull;
      if (volume > 0) out.stress += pull * neighbor.displacement.transpose() / volume;
    }
}

void ChimesPotential::refuse_unknown_elements(const Structure& structure) const {
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (std::binary_search(elements_.begin(), elements_.end(), structure.species[i])) continue;
    Location where = structure.origin;
    where.atom = static_cast<long>(i);
    fail_at(where,
            "element " + std::string(structure.species[i].symbol()) + " is not part of the model " + element_set_name(elements_));
  }
}

Prediction ChimesPotential::evaluate(const Structure& structure) const {
  if (is_model_) refuse_unknown_elements(structure);
  // A model of energy offsets alone has no neighbours to look for.
  const NeighborList neighbors(structure, std::max(cutoff(), 1e-3));
  ClusterEnergy sum = energy_.evaluate(structure, neighbors);
  Prediction out{sum.energy, std::move(sum.forces), Eigen::Matrix3d::Zero()};
  const double volume = structure.cell.volume();
  if (volume > 0) out.stress = sum.virial / volume;
  add_penalty(structure, neighbors, out);
  // Pair by pair the virial is symmetric; the rounding of its products is not.
  out.stress = (0.5 * (out.stress + out.stress.transpose())).eval();
  return out;
}

std::string ChimesPotential::description() const {
  return "block model " + element_set_name(elements_) + ", " + std::to_string(energy_.basis().columns()) +
         " coefficients, cutoff " + std::to_string(cutoff()) + " Å";
}

BasisSet joined_basis(const std::vector<Block>& blocks) {
  std::vector<ClusterType> types;
  for (const Block& block : blocks) types.insert(types.end(), block.basis.types().begin(), block.basis.types().end());
  return BasisSet(std::move(types));
}

std::vector<double> joined_coefficients(const std::vector<Block>& blocks) {
  std::vector<double> out;
  for (const Block& block : blocks) out.insert(out.end(), block.coefficients.begin(), block.coefficients.end());
  return out;
}

}  // namespace carillon
