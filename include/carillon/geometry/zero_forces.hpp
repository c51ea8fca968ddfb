#pragma once

#include <vector>

#include "carillon/data/finding.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {

/// How lopsided the surroundings of each atom are: sum over its neighbours of (1 - r/cutoff)³ times the unit vector to them,
/// dimensionless. Zero, and zero along an axis, wherever symmetry makes the force so; of the order of the displacement in Å where
/// an atom has left a symmetric site.
std::vector<Eigen::Vector3d> site_asymmetry(const NeighborList& neighbors);

/// Forces that are exactly zero although nothing in the structure asks for it: constrained atoms, or placeholders. An error
/// for the atoms with no force at all (one finding a frame, at the first of them), and one for each axis along which no atom has
/// any.
///
/// Where all other forces are small, too (components below 0.05 eV/Å rms), these are warnings: a relaxed structure's forces may
/// be zero to the digits written. A site counts as symmetric up to an asymmetry of 1e-3. Cost O(neighbours) where a force is
/// zero, O(atoms) elsewhere.
std::vector<Finding> find_zero_forces(const Structure& structure, const NeighborList& neighbors);

}  // namespace carillon
