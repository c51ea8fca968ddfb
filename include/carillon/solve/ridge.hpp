#pragma once

#include "carillon/solve/prior.hpp"
#include "carillon/solve/solution.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// The c of  min |A c - b|^2 + lambda |D (c - c0)|^2 , by Householder QR of [M; sqrt(lambda) I] in the standard form: the
/// computed c is the exact answer for data that differ by a small multiple of eps, whatever the condition.
///
/// - lambda = 0: plain least squares. Where the matrix is singular to working precision, the solution with the smallest
///   |D (c - c0)| is taken, by a complete orthogonal factorisation, and the status is rank_deficient.
/// - Unpenalised columns that depend on each other (energy offsets of data of one stoichiometry) get the smallest
///   coefficients that fit, and the status is rank_deficient too.
/// - Columns without data keep c0; the summary counts them.
///
/// @param lambda  >= 0, dimensionless
/// @throws DomainError  lambda is negative or not finite
/// @throws ShapeError   the prior does not fit the factor
/// Cost about n^3 operations near the speed of dgemm (about 2 n^3 with unpenalised columns); memory 32 n^2 bytes. Where the data
/// are singular or nearly so, the rank costs another band form: 8/3 n^3.
Solution solve_ridge(const TriangularFactor& factor, const Prior& prior, double lambda);

/// The same for lambda > 0, without what the Summary says of singular values: for callers that find them at the same time
/// elsewhere, and call set_spectrum (spectrum.hpp) in the end.
Solution solve_ridge_before_spectrum(const TriangularFactor& factor, const Prior& prior, double lambda);

}  // namespace carillon
