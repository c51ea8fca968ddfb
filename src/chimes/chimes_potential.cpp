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

/// Half of each pair's penalty for either atom, as far as it is owned.
void ChimesPotential::add_penalty(const Structure& structure, const NeighborList& neighbors, std::size_t owned,
                                  ClusterEnergy& sum) const {
  if (penalty_.scale == 0) return;
  const BasisSet& basis = energy_.basis();
  const ClusterLookup lookup(basis, structure);
  for (std::size_t i = 0; i < owned; ++i)
    for (const Neighbor& neighbor : neighbors.later_neighbors(i)) {
      const ClusterLookup::Match& match = lookup.match(std::array<int, 2>{static_cast<int>(i), neighbor.index});
      if (match.type < 0) continue;
      const auto [energy, slope] =
          penalty_.at(neighbor.distance, basis.types()[static_cast<std::size_t>(match.type)].slots()[0].inner);
      if (energy == 0) continue;
      const auto other = static_cast<std::size_t>(neighbor.index);  // a ghost comes after all owned atoms
      const double share = other < owned ? 1.0 : 0.5;
      const Eigen::Vector3d pull = share * slope / neighbor.distance * neighbor.displacement;
      sum.energy += share * energy;
      sum.atom_energies[i] += 0.5 * energy;
      if (other < owned) sum.atom_energies[other] += 0.5 * energy;
      sum.forces[i] += pull;
      sum.forces[other] -= pull;
      sum.virial += pull * neighbor.displacement.transpose();
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

namespace {

// Pair by pair the virial is symmetric; the rounding of its products is not.
Eigen::Matrix3d symmetric(const Eigen::Matrix3d& virial) { return 0.5 * (virial + virial.transpose()); }

}  // namespace

// A model of energy offsets alone has no neighbours to look for: a cutoff that finds none.
double ChimesPotential::neighbor_cutoff() const { return std::max(cutoff(), 1e-3); }

Prediction ChimesPotential::evaluate(const Structure& structure) const {
  if (is_model_) refuse_unknown_elements(structure);
  const NeighborList neighbors(structure, neighbor_cutoff());
  ClusterEnergy sum = energy_.evaluate(structure, neighbors);
  add_penalty(structure, neighbors, structure.size(), sum);
  Prediction out{sum.energy, std::move(sum.forces), Eigen::Matrix3d::Zero()};
  const double volume = structure.cell.volume();
  if (volume > 0) out.stress = symmetric(sum.virial) / volume;
  return out;
}

DomainPrediction ChimesPotential::evaluate_domain(const Structure& atoms, std::size_t owned) const {
  if (is_model_) refuse_unknown_elements(atoms);
  const NeighborList neighbors(atoms, neighbor_cutoff(), Halo{owned, energy_.bond_cutoff()});
  ClusterEnergy sum = energy_.evaluate_domain(atoms, neighbors, owned);
  add_penalty(atoms, neighbors, owned, sum);
  return {std::move(sum.atom_energies), std::move(sum.forces), symmetric(sum.virial)};
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
