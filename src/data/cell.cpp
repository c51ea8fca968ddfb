#include "carillon/data/cell.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {

double Cell::volume() const { return std::abs(vectors.determinant()); }

Eigen::Matrix3d Cell::completed() const {
  Eigen::Matrix3d full = vectors;
  for (int d = 0; d < 3; ++d) {
    if (periodic[static_cast<std::size_t>(d)] || !vectors.row(d).isZero(0)) continue;
    const Eigen::Vector3d u = full.row((d + 1) % 3);
    const Eigen::Vector3d v = full.row((d + 2) % 3);
    Eigen::Vector3d normal = u.cross(v);
    if (normal.isZero(0)) {
      // At most one other direction is set: any unit vector orthogonal to it will do.
      const Eigen::Vector3d given = u.isZero(0) ? v : u;
      normal = given.isZero(0) ? Eigen::Vector3d::Unit(d) : Eigen::Vector3d(given.unitOrthogonal());
    }
    full.row(d) = normal.normalized();
  }
  // Relative to the lengths: a needle-shaped cell is fine, a flat one is not.
  const double scale = full.row(0).norm() * full.row(1).norm() * full.row(2).norm();
  if (!(std::abs(full.determinant()) > 1e-9 * scale)) throw DomainError("the cell vectors are linearly dependent");
  return full;
}

}  // namespace carillon
