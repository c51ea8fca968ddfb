#pragma once

#include "carillon/neural/described_atoms.hpp"

namespace carillon {

/// What an energy does to the atoms by way of their descriptors.
/// @param atoms        all of a structure
/// @param cotangents   dE/dG, [descriptor size x atoms]
/// @param forces       [3 x atoms], added to
/// @param virial       dE/d(strain), added to; not symmetric
template <class Real>
void add_descriptor_forces(const DescribedAtoms<Real>& atoms, const Eigen::MatrixXd& cotangents, Eigen::Matrix3Xd& forces,
                           Eigen::Matrix3d& virial) {
  Eigen::Matrix3Xd gradients;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const auto home = static_cast<Eigen::Index>(i);
    gradients.resize(3, static_cast<Eigen::Index>(atoms.end(i) - atoms.begin(i)));
    atoms.pull_back(i, cotangents.col(home), gradients);
    for (std::size_t k = atoms.begin(i); k < atoms.end(i); ++k) {
      const Eigen::Vector3d gradient = gradients.col(static_cast<Eigen::Index>(k - atoms.begin(i)));
      forces.col(home) += gradient;
      forces.col(atoms.neighbor_atom(k)) -= gradient;
      virial += gradient * atoms.displacement(k).transpose();
    }
  }
}

}  // namespace carillon
