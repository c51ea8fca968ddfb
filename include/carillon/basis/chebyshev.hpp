#pragma once

#include <span>

namespace carillon {

/// Chebyshev polynomials of the first kind, T_0..T_n, and their slopes at one point.
///
/// The radial part of every cluster term (docs/theory.md, Eq. 4).
///
/// @param s       scaled pair coordinate, dimensionless, in [-1, 1]
/// @param values  out, shape [n+1]; values[k] = T_k(s)
/// @param slopes  out, shape [n+1]; slopes[k] = dT_k/ds
/// @throws DomainError  s is NaN or outside [-1, 1] by more than rounding (1e-9); the pair coordinate clamps, so reaching
///                      this is a caller's bug
/// @throws ShapeError   the spans differ in length or are empty
/// Cost O(n), no allocation, thread safe.
void chebyshev(double s, std::span<double> values, std::span<double> slopes);

}  // namespace carillon
