#include "carillon/design/reference_energy.hpp"

#include <array>

#include "carillon/core/error.hpp"
#include "carillon/design/cluster_kernel.hpp"
#include "carillon/geometry/cluster_list.hpp"

namespace carillon {
namespace {

struct WeightedTerm {
  Powers powers;
  double coefficient;
};

/// The terms of each cluster type, without those whose coefficient is zero.
std::vector<std::vector<WeightedTerm>> weighted_terms(const BasisSet& basis, std::span<const double> coefficients) {
  std::vector<std::vector<WeightedTerm>> out;
  for (std::size_t t = 0; t < basis.types().size(); ++t) {
    auto& weighted = out.emplace_back();
    for (const Term& term : basis.types()[t].terms()) {
      const double coefficient = coefficients[static_cast<std::size_t>(basis.first_column(t) + term.orbit)];
      if (coefficient != 0) weighted.push_back({term.powers, coefficient});
    }
  }
  return out;
}

/// Adds clusters of N atoms.
template <int N>
class EnergyBuilder {
public:
  static constexpr std::size_t slots = ClusterKernel<N>::slots;

  EnergyBuilder(const BasisSet& basis, const std::vector<std::vector<WeightedTerm>>& terms, const ClusterLookup& lookup,
                ClusterEnergy& sum)
      : basis_(basis), terms_(terms), lookup_(lookup), sum_(sum) {}

  void operator()(const Cluster<N>& cluster) {
    const ClusterLookup::Match& match = lookup_.match(cluster.atoms);
    if (match.type < 0) return;
    const auto type = static_cast<std::size_t>(match.type);
    if (terms_[type].empty() || !kernel_.prepare(basis_.types()[type], match, cluster.distances)) return;
    std::array<double, slots> slopes{};
    std::array<double, slots> term_slopes;
    double energy = 0;
    for (const WeightedTerm& term : terms_[type]) {
      energy += term.coefficient * kernel_.term(term.powers, term_slopes);
      for (std::size_t p = 0; p < slots; ++p) slopes[p] += term.coefficient * term_slopes[p];
    }
    sum_.energy += energy;
    for (const int atom : cluster.atoms) sum_.atom_energies[static_cast<std::size_t>(atom)] += energy / N;
    for (std::size_t p = 0; p < slots; ++p) add_pair(cluster, static_cast<std::size_t>(match.slot_at[p]), slopes[p]);
  }

private:
  void add_pair(const Cluster<N>& cluster, std::size_t slot, double slope) {
    const auto [a, b] = slot_atoms(N, static_cast<int>(slot));
    const Eigen::Vector3d pull = slope / cluster.distances[slot] * cluster.vectors[slot];
    sum_.forces[static_cast<std::size_t>(cluster.atoms[static_cast<std::size_t>(a)])] += pull;
    sum_.forces[static_cast<std::size_t>(cluster.atoms[static_cast<std::size_t>(b)])] -= pull;
    sum_.virial += pull * cluster.vectors[slot].transpose();
  }

  const BasisSet& basis_;
  const std::vector<std::vector<WeightedTerm>>& terms_;
  const ClusterLookup& lookup_;
  ClusterEnergy& sum_;
  ClusterKernel<N> kernel_;
};

}  // namespace

ClusterEnergy reference_energy(const BasisSet& basis, std::span<const double> coefficients, const Structure& structure) {
  if (coefficients.size() != static_cast<std::size_t>(basis.columns()))
    throw ShapeError("expected " + std::to_string(basis.columns()) + " coefficients, found " +
                     std::to_string(coefficients.size()));
  ClusterEnergy out;
  out.forces.assign(structure.size(), Eigen::Vector3d::Zero());
  out.atom_energies.assign(structure.size(), 0.0);
  for (std::size_t i = 0; i < structure.size(); ++i)
    if (const auto type = basis.find({&structure.species[i], 1}))
      out.energy += out.atom_energies[i] = coefficients[static_cast<std::size_t>(basis.first_column(*type))];
  if (basis.cutoff() <= 0) return out;
  const NeighborList neighbors(structure, basis.cutoff());
  const ClusterLookup lookup(basis, structure);
  const auto terms = weighted_terms(basis, coefficients);
  if (basis.cutoff(2) > 0) for_each_cluster<2>(neighbors, basis.cutoff(2), EnergyBuilder<2>(basis, terms, lookup, out));
  if (basis.cutoff(3) > 0) for_each_cluster<3>(neighbors, basis.cutoff(3), EnergyBuilder<3>(basis, terms, lookup, out));
  if (basis.cutoff(4) > 0) for_each_cluster<4>(neighbors, basis.cutoff(4), EnergyBuilder<4>(basis, terms, lookup, out));
  return out;
}

}  // namespace carillon
