#pragma once

#include <Eigen/Core>

#include "carillon/data/structure.hpp"
#include "carillon/potential/potential.hpp"
#include "carillon/validate/relaxation.hpp"

namespace carillon {

struct ElasticOptions {
  double strain = 2e-3;               ///< central differences: of order strain² wrong
  RelaxationOptions relaxation = {};  ///< its force is an upper limit: less may be left where the strain is small
};

struct ElasticConstants {
  /// dσ_i/dε_j in Voigt order xx yy zz yz xz xy, shear strains γ = 2ε; eV/Å³, symmetric. Atoms follow the strain to where
  /// their forces vanish.
  Eigen::Matrix<double, 6, 6> relaxed = Eigen::Matrix<double, 6, 6>::Zero();
  Eigen::Matrix<double, 6, 6> clamped = Eigen::Matrix<double, 6, 6>::Zero();  ///< with the atoms held at their scaled places
  double asymmetry = 0;   ///< largest |C_ij - C_ji| before they were made symmetric, eV/Å³
  double smallest = 0;    ///< eigenvalue of `relaxed`: a crystal is stable where it is positive
  bool converged = true;  ///< all relaxations
};

/// Elastic constants of a crystal from the stresses of twelve small strains. Where the crystal is not under stress they are those
/// of the energy's second derivatives.
/// @throws DomainError  the strain is not positive; as relax_positions
/// @throws ShapeError   the structure is not periodic in all directions
ElasticConstants elastic_constants(const Potential& potential, const Structure& crystal, const ElasticOptions& options = {});

/// The crystal scaled alike in all directions, with atoms relaxed, to where its pressure vanishes.
struct RestingCrystal {
  Structure structure;
  double length_ratio = 1;  ///< lengths there over lengths at the start
  double pressure = 0;      ///< left, eV/Å³
  bool converged = false;   ///< below 1e-6 eV/Å³
};

/// Looks for it between 0.8 and 1.25 times the lengths.
/// @throws as relax_positions
RestingCrystal without_pressure(const Potential& potential, const Structure& crystal, const RelaxationOptions& options = {});

}  // namespace carillon
