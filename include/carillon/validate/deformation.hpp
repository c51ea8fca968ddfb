#pragma once

#include <Eigen/Core>

#include "carillon/data/structure.hpp"

namespace carillon {

/// The structure with its cell and positions mapped by `deformation`: every vector r becomes F r. Labels are taken off.
Structure deformed(const Structure& structure, const Eigen::Matrix3d& deformation);

/// Distance between the two atoms of a molecule: of each atom to its nearest neighbour, the smallest, Å.
/// @throws InputError  naming the structure's origin: no two atoms are closer than 20 Å
double nearest_distance(const Structure& structure);

/// Diatomic molecules with all their bonds multiplied by `factor`, about their midpoints. Labels are taken off.
/// @throws InputError  naming the structure's origin and the atom: two atoms are not each other's nearest neighbours
Structure with_scaled_bonds(const Structure& molecules, double factor);

}  // namespace carillon
