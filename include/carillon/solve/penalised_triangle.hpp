#pragma once

#include <span>

#include "carillon/solve/matrix.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// Some columns of an upper-triangular (or trapezoidal) matrix, and the prior's width of each.
struct PenalisedColumns {
  std::span<const long> columns;    ///< ascending
  std::span<const double> penalty;  ///< one for each of `columns`, >= 0; 0 = none
  std::span<const long> beside;     ///< further columns without penalty, all behind the last of `columns`; ascending
};

/// The first rows of the triangle of
///
///     [ R_columns     R_beside ]
///     [ diag(penalty)    0     ]
///
/// by Householder QR of rows that begin ever later; the product of the matrix with itself is never formed.
///
/// @return  shape [columns, columns + beside], with its zeros written out; the diagonal is non-negative. A diagonal of zero
///          (or of rounding) is a direction that neither data nor penalty know.
/// Cost 2/3 k^3 operations for k columns (more where `columns` leave many out); memory 16 k (k + beside) bytes.
Matrix penalised_triangle(MatrixView triangle, const PenalisedColumns& choice);
Matrix penalised_triangle(const TriangularFactor& factor, const PenalisedColumns& choice);

}  // namespace carillon
