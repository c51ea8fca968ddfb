#pragma once

#include <vector>

#include "carillon/solve/ridge.hpp"

namespace carillon {

/// Linear conditions on the coefficients: C c = d and G c >= h.
struct LinearConstraints {
  Matrix equal;                  ///< C, shape [conditions, unknowns]
  std::vector<double> equal_to;  ///< d
  Matrix at_least;               ///< G, shape [conditions, unknowns]
  std::vector<double> bound;     ///< h

  bool empty() const { return equal_to.empty() && bound.empty(); }
};

struct ConstrainedSolution {
  Solution solution;  ///< the Summary's spectrum is that of the data: left to the caller (set_spectrum)
  std::vector<double>
      multipliers;  ///< one for each condition at_least, >= 0: what half the objective falls by when its bound does
};

/// The c of  min |A c - b|^2 + lambda |D (c - c0)|^2  under  C c = d, G c >= h  (docs/theory.md, Eq. 22).
///
/// Equalities by elimination: with C' = Q [L; 0] the first unknowns of Q'c are fixed and the others free. Inequalities by the
/// least-distance form of what is left: with its triangle T, xi = T y - f has to be shortest under (G T^-1) xi >= h - G T^-1 f,
/// and the multipliers are a non-negative least-squares problem of as many unknowns as there are inequalities (Lawson and
/// Hanson 1974, chapter 23). Orthogonal steps and triangular solves; T'T is never formed.
///
/// Columns are scaled by D (by their norm where there is no prior). A direction that neither data nor prior nor equalities fix
/// is drawn to c0 with 1e-8 of the largest singular value, and the status is rank_deficient. Columns without data and prior are
/// drawn to c0 with strength 1, so that they stay there but for what conditions ask.
///
/// degrees_of_freedom is the trace of the map from b to the fitted values with the active conditions held.
///
/// @param lambda  >= 0
/// @throws InputError   conditions that contradict each other, or that no coefficient can change
/// @throws ShapeError   prior or constraints do not fit the factor
/// @throws DomainError  lambda is negative or not finite, or a condition holds a nan or an infinity
/// Cost about 4 n^3 operations; memory 40 n^2 bytes.
ConstrainedSolution solve_constrained(const TriangularFactor& factor, const Prior& prior, double lambda,
                                      const LinearConstraints& constraints);

}  // namespace carillon
