#pragma once

#include "carillon/data/structure.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

struct RelaxationOptions {
  double force = 1e-3;    ///< eV/Å: largest component that may be left
  int steps = 300;        ///< at most
  double longest = 0.05;  ///< Å: no atom moves further in one step
};

struct Relaxation {
  Structure structure;
  Prediction prediction;  ///< there
  int steps = 0;
  double largest_force = 0;  ///< eV/Å, of a component
  bool converged = false;
};

/// Moves the atoms of a fixed cell to where the forces vanish: quasi-Newton steps with a dense Hessian that is built on the way
/// (BFGS), starting from 70 eV/Å² for every atom. For crystals of up to a few hundred atoms that start near their minimum.
///
/// @throws DomainError  a force is not finite
/// Cost: one evaluation and O((3 atoms)³) a step; memory (3 atoms)² numbers.
Relaxation relax_positions(const Potential& potential, const Structure& start, const RelaxationOptions& options = {});

}  // namespace carillon
