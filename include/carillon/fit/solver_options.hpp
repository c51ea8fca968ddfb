#pragma once

#include "carillon/basis/basis_set.hpp"
#include "carillon/fit/solver_spec.hpp"

namespace carillon {

/// What a solver has to know of a fit's columns, added to the settings of its recipe: energy offsets are not penalised, the
/// stiffness follows from the smoothness prior, and each cluster type is a section.
LeastSquaresOptions solver_options(const SolverSpec& solver, const BasisSet& basis);

}  // namespace carillon
