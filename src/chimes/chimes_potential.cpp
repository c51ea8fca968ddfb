#include "carillon/chimes/chimes_potential.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/design/cluster_kernel.hpp"
#include "carillon/geometry/cluster_list.hpp"

namespace carillon {

/// What one group of atoms adds. Groups are fixed by the structure alone and summed in order, so that the result does not
/// depend on the number of threads.
struct ChimesPotential::PartialSum {
  double energy = 0;
  std::vector<Eigen::Vector3d> forces;
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();

  explicit PartialSum(std::size_t atoms) : forces(atoms, Eigen::Vector3d::Zero()) {}

  /// @param slope   dE/dr of the pair, eV/Å
  /// @param vector  from atom a to atom b, Å
  void add_pair(int a, int b, double slope, const Eigen::Vector3d& vector, double distance) {
    const Eigen::Vector3d pull = (slope / distance) * vector;
    forces[static_cast<std::size_t>(a)] += pull;
    forces[static_cast<std::size_t>(b)] -= pull;
    virial += pull * vector.transpose();
  }
};

ChimesPotential::ChimesPotential(const Hierarchy& hierarchy)
    : ChimesPotential(joined_basis(hierarchy.blocks), joined_coefficients(hierarchy.blocks)) {
  elements_ = hierarchy.elements;
  penalty_ = hierarchy.penalty;
  is_model_ = true;
}

ChimesPotential::ChimesPotential(BasisSet basis, std::vector<double> coefficients) : basis_(std::move(basis)) {
  if (coefficients.size() != static_cast<std::size_t>(basis_.columns()))
    throw ShapeError("expected " + std::to_string(basis_.columns()) + " coefficients, found " + std::to_string(coefficients.size()));
  for (std::size_t t = 0; t < basis_.types().size(); ++t) {
    const ClusterType& type = basis_.types()[t];
    elements_.insert(elements_.end(), type.elements().begin(), type.elements().end());
    auto& weighted = terms_.emplace_back();
    for (const Term& term : type.terms()) {
      const double coefficient = coefficients[static_cast<std::size_t>(basis_.first_column(t) + term.orbit)];
      if (coefficient != 0) weighted.push_back({term.powers, coefficient});
    }
  }
  elements_ = unique_elements(std::move(elements_));
}

template <int N>
void ChimesPotential::add_clusters(const NeighborList& neighbors, const ClusterLookup& lookup, std::size_t atom, PartialSum& sum) const {
  constexpr std::size_t slots = ClusterKernel<N>::slots;
  const double cutoff = basis_.cutoff(N);
  if (cutoff <= 0) return;
  ClusterKernel<N> kernel;
  for_each_cluster_of<N>(neighbors, atom, cutoff, [&](const Cluster<N>& cluster) {
    const ClusterLookup::Match& match = lookup.match(cluster.atoms);
    if (match.type < 0) return;
    const auto type = static_cast<std::size_t>(match.type);
    if (terms_[type].empty() || !kernel.prepare(basis_.types()[type], match, cluster.distances)) return;
    std::array<double, slots> slopes{};
    std::array<double, slots> term_slopes;
    for (const WeightedTerm& term : terms_[type]) {
      sum.energy += term.coefficient * kernel.term(term.powers, term_slopes);
      for (std::size_t p = 0; p < slots; ++p) slopes[p] += term.coefficient * term_slopes[p];
    }
    for (std::size_t p = 0; p < slots; ++p) {
      const auto slot = static_cast<std::size_t>(match.slot_at[p]);
      const auto [a, b] = slot_atoms(N, static_cast<int>(slot));
      sum.add_pair(cluster.atoms[static_cast<std::size_t>(a)], cluster.atoms[static_cast<std::size_t>(b)], slopes[p], cluster.vectors[slot],
                   cluster.distances[slot]);
    }
  });
}

void ChimesPotential::add_penalty(const NeighborList& neighbors, const ClusterLookup& lookup, std::size_t atom, PartialSum& sum) const {
  if (penalty_.scale == 0) return;
  for (const Neighbor& neighbor : neighbors.later_neighbors(atom)) {
    const std::array<int, 2> pair = {static_cast<int>(atom), neighbor.index};
    const ClusterLookup::Match& match = lookup.match(pair);
    if (match.type < 0) continue;
    const auto [energy, slope] = penalty_.at(neighbor.distance, basis_.types()[static_cast<std::size_t>(match.type)].slots()[0].inner);
    if (energy == 0) continue;
    sum.energy += energy;
    sum.add_pair(pair[0], pair[1], slope, neighbor.displacement, neighbor.distance);
  }
}

void ChimesPotential::refuse_unknown_elements(const Structure& structure) const {
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (std::binary_search(elements_.begin(), elements_.end(), structure.species[i])) continue;
    Location where = structure.origin;
    where.atom = static_cast<long>(i);
    fail_at(where, "element " + std::string(structure.species[i].symbol()) + " is not part of the model " + element_set_name(elements_));
  }
}

Prediction ChimesPotential::evaluate(const Structure& structure) const {
  if (is_model_) refuse_unknown_elements(structure);
  const std::size_t atoms = structure.size();
  Prediction out;
  out.forces.assign(atoms, Eigen::Vector3d::Zero());
  for (std::size_t t = 0; t < basis_.types().size(); ++t)
    if (basis_.types()[t].atoms() == 1 && !terms_[t].empty())
      out.energy += terms_[t].front().coefficient *
                    static_cast<double>(std::count(structure.species.begin(), structure.species.end(), basis_.types()[t].elements().front()));
  if (basis_.cutoff() <= 0) return out;

  const NeighborList neighbors(structure, basis_.cutoff());
  const ClusterLookup lookup(basis_, structure);
  const std::size_t groups = std::min<std::size_t>(atoms, 64);
  std::vector<PartialSum> sums(groups, PartialSum(atoms));
#pragma omp parallel for schedule(dynamic, 1)
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t atom = g * atoms / groups; atom < (g + 1) * atoms / groups; ++atom) {
      add_clusters<2>(neighbors, lookup, atom, sums[g]);
      add_clusters<3>(neighbors, lookup, atom, sums[g]);
      add_clusters<4>(neighbors, lookup, atom, sums[g]);
      add_penalty(neighbors, lookup, atom, sums[g]);
    }

  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();
  for (const PartialSum& sum : sums) {
    out.energy += sum.energy;
    virial += sum.virial;
    for (std::size_t i = 0; i < atoms; ++i) out.forces[i] += sum.forces[i];
  }
  const double volume = structure.cell.volume();
  if (volume > 0) out.stress = virial / volume;
  return out;
}

std::string ChimesPotential::description() const {
  return "block model " + element_set_name(elements_) + ", " + std::to_string(basis_.columns()) + " coefficients, cutoff " +
         std::to_string(cutoff()) + " Å";
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
