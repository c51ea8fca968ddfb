#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "carillon/potential/potential.hpp"

namespace carillon {

/// What a potential says about the atoms that one domain of a divided system owns. The predictions of all domains, forces and
/// virials of shared atoms added up, are that of the whole system.
struct DomainPrediction {
  std::vector<double> atom_energies;                 ///< [owned], eV
  std::vector<Eigen::Vector3d> forces;               ///< [atoms], eV/Å: this domain's part, on atoms owned by others too
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();  ///< dE/d(strain), eV, symmetric: this domain's part
};

/// A potential that a simulator can run on many processors, each of which owns the atoms of a part of space and sees those around
/// it (as LAMMPS and the KIM API have it).
class DomainPotential : public Potential {
public:
  /// @param atoms  without periodic boundaries: the owned atoms first, then at least all others closer than cutoff() to one of them
  /// @param owned  how many are owned
  /// @throws DomainError  `atoms` is periodic, or has fewer atoms
  /// @throws InputError   as evaluate()
  /// Thread safe. Uses OpenMP inside; the result does not depend on the number of threads.
  virtual DomainPrediction evaluate_domain(const Structure& atoms, std::size_t owned) const = 0;
};

}  // namespace carillon
