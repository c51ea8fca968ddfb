#pragma once

#include <Eigen/Core>
#include <array>

namespace carillon {

/// The periodic cell of a structure. Rows are the cell vectors a, b, c in Å; any triclinic shape, either handedness.
/// Directions that are not periodic may have a zero vector.
struct Cell {
  Eigen::Matrix3d vectors = Eigen::Matrix3d::Zero();
  std::array<bool, 3> periodic = {false, false, false};

  bool any_periodic() const { return periodic[0] || periodic[1] || periodic[2]; }

  /// |a · (b × c)|, Å³; 0 for an open or flat cell.
  double volume() const;

  /// The cell with every zero vector of a non-periodic direction replaced by a unit vector orthogonal to the others, so that
  /// it can be inverted.
  /// @throws DomainError  the periodic vectors are linearly dependent
  Eigen::Matrix3d completed() const;

  bool operator==(const Cell&) const = default;
};

}  // namespace carillon
