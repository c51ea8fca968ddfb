#pragma once

#include <vector>

#include "carillon/solve/ridge.hpp"

namespace carillon {

/// Fits some of the unknowns anew and holds the others at the prior's mean: what a sparse method chose, without its shrinkage.
///
/// @param kept    per unknown; at least all that are to differ from the mean
/// @param lambda  >= 0: strength of the quadratic prior (solve_ridge) on those kept; 0 = least squares
/// @return        coefficients of all unknowns; Summary as solve_ridge's for the columns kept
/// @throws ShapeError, DomainError
/// Cost at most 2 n k^2 + k^3 operations for k kept; memory 8 n k + 32 k^2 bytes.
Solution refit_support(const TriangularFactor& factor, const Prior& prior, const std::vector<bool>& kept, double lambda);

}  // namespace carillon
