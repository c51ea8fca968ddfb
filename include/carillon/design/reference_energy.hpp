#pragma once

#include <span>

#include "carillon/basis/basis_set.hpp"
#include "carillon/data/structure.hpp"
#include "carillon/design/cluster_energy.hpp"

namespace carillon {

/// Energy, forces and virial with the reference kernel (design/cluster_kernel.hpp), cluster by cluster, one thread: what
/// MomentEnergy is tested against. docs/theory.md, Eq. 1.
///
/// Atoms of elements the basis does not know do not interact.
///
/// @param coefficients  eV, [basis.columns()]
/// Cost about 0.03 ms for each four-body cluster of order 4; terms whose coefficient is zero are skipped.
/// @throws ShapeError  another number of coefficients
/// @throws InputError  as NeighborList does for the structure
ClusterEnergy reference_energy(const BasisSet& basis, std::span<const double> coefficients, const Structure& structure);

}  // namespace carillon
