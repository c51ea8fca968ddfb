#pragma once

#include <Eigen/Core>
#include <vector>

namespace carillon {

/// What the cluster terms of one structure, or of the atoms owned by one domain of it, add up to.
struct ClusterEnergy {
  double energy = 0;                                 ///< eV
  std::vector<double> atom_energies;                 ///< [owned atoms], eV: of each cluster an equal share for each of its atoms
  std::vector<Eigen::Vector3d> forces;               ///< [atoms], eV/Å
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();  ///< dE/d(strain), eV, symmetric: the stress times the volume
};

}  // namespace carillon
