#pragma once

#include <span>
#include <vector>

#include "carillon/solve/matrix.hpp"

namespace carillon {

struct NonNegativeSolution {
  std::vector<double> x;  ///< >= 0
  bool converged = true;  ///< false: stopped after 30 exchanges for each column
};

/// min |A x - b| over x >= 0, by the active-set method of Lawson and Hanson (1974, chapter 23, DOI 10.1137/1.9781611971217) on
/// an updated QR of the columns in use. Columns that depend on those in use stay at 0.
///
/// @throws ShapeError  b is not as long as A has rows
/// Cost per exchange 2 rows columns operations, and an update of the QR. For up to a few hundred columns.
NonNegativeSolution solve_non_negative(MatrixView a, std::span<const double> b);

}  // namespace carillon
