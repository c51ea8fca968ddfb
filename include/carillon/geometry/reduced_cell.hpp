#pragma once

#include <Eigen/Core>

#include "carillon/data/cell.hpp"

namespace carillon {

/// Short, nearly orthogonal vectors of the same lattice, so that the work of a neighbour search does not grow with the skew
/// of the cell as it was given.
struct ReducedCell {
  /// Rows, Å. A periodic row is `combination.row(d) * given vectors`; a non-periodic row is a unit vector orthogonal to all
  /// others, whatever the given one was, since nothing repeats along it.
  Eigen::Matrix3d vectors;
  Eigen::Matrix3i combination;  ///< whole numbers; the row of a non-periodic direction is zero
};

/// Greedy lattice reduction: Lagrange's in two dimensions, Semaev's in three (doi:10.1007/3-540-44670-2_13). The handedness
/// is not kept.
/// @throws DomainError  the periodic vectors are not finite or linearly dependent, or one is more than 100,000 times too long
/// Cost O(log(longest / shortest vector)).
ReducedCell reduced_cell(const Cell& cell);

}  // namespace carillon
