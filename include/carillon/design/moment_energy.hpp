#pragma once

#include <memory>
#include <vector>

#include "carillon/data/structure.hpp"
#include "carillon/design/cluster_energy.hpp"
#include "carillon/design/moment_kernels.hpp"
#include "carillon/design/moment_plan.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {

/// Energy, forces and virial for given coefficients with the pair-moment kernels: the numbers of reference_energy to
/// rounding (docs/decisions/pair_moments.md). Set up once, then used for many frames; cheap to copy, thread safe.
///
/// For each pair ij, w_a = <C_a, S> with S the pair's moment: dE/dr_ij = sum_a h_a w_a, and the pair's share of the energy is
/// sum_a g_a w_a / 3 or / 6. Clusters of a type without a coefficient other than zero are skipped.
class MomentEnergy {
public:
  /// @param coefficients  eV, [basis.columns()]
  /// @throws ShapeError   another number of coefficients
  MomentEnergy(const BasisSet& basis, const std::vector<double>& coefficients, SimdLevel level = default_simd_level());

  /// OpenMP over atoms; the result does not depend on the number of threads, bit for bit. Atoms of elements the basis does
  /// not know do not interact.
  /// @throws InputError  as NeighborList does for the structure
  ClusterEnergy evaluate(const Structure& structure) const;
  /// @param neighbors  of the structure, with a cutoff of at least the basis's
  ClusterEnergy evaluate(const Structure& structure, const NeighborList& neighbors) const;
  /// The part of the first `owned` atoms in the energy of a system that is divided into domains: their atom energies, and of each
  /// bond the half that belongs to either owner. Energies, forces and virials of all domains add up to those of the system.
  /// @param structure  without periodic boundaries: the owned atoms, then all others within the cutoff of one of them
  /// @param neighbors  of the structure, with the basis's cutoff and a Halo{owned, bond_cutoff()}
  ClusterEnergy evaluate_domain(const Structure& structure, const NeighborList& neighbors, std::size_t owned) const;

  const BasisSet& basis() const;
  double bond_cutoff() const;  ///< largest of types of three and four atoms, Å; 0 without any
  SimdLevel level() const;

private:
  struct State;
  class Worker;

  ClusterEnergy sum(const Structure& structure, const NeighborList& neighbors, std::size_t owned) const;
  std::shared_ptr<const State> state_;
};

}  // namespace carillon
