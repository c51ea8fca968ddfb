#include "carillon/geometry/reduced_cell.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <vector>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr double largest_multiple = 1e5;  // keeps every shift far inside the range of int

struct LatticeVector {
  Eigen::Vector3d vector;
  Eigen::RowVector3d combination;  // whole numbers; double, so that a hopeless cell overflows nothing
  int direction;

  LatticeVector minus(double n, const LatticeVector& other) const {
    return {vector - n * other.vector, combination - n * other.combination, direction};
  }
  double length() const { return vector.norm(); }
};

using Basis = std::vector<LatticeVector>;

/// basis[1] less the multiple of basis[0] that makes it shortest.
LatticeVector shortened_second(const Basis& basis) {
  const Eigen::Vector3d& a = basis[0].vector;
  return basis[1].minus(std::round(a.dot(basis[1].vector) / a.squaredNorm()), basis[0]);
}

/// basis[2] less the point of the lattice of basis[0] and basis[1] nearest to its projection on their plane: one of the four
/// around it.
LatticeVector shortened_third(const Basis& basis) {
  const Eigen::Vector3d& a = basis[0].vector;
  const Eigen::Vector3d& b = basis[1].vector;
  Eigen::Matrix2d gram;
  gram << a.dot(a), a.dot(b), a.dot(b), b.dot(b);
  const Eigen::Vector2d projection = gram.inverse() * Eigen::Vector2d(a.dot(basis[2].vector), b.dot(basis[2].vector));
  LatticeVector shortest = basis[2];
  for (const double na : {std::floor(projection[0]), std::ceil(projection[0])}) {
    for (const double nb : {std::floor(projection[1]), std::ceil(projection[1])}) {
      const LatticeVector candidate = basis[2].minus(na, basis[0]).minus(nb, basis[1]);
      if (candidate.length() < shortest.length()) shortest = candidate;
    }
  }
  return shortest;
}

void reduce(Basis& basis) {
  const auto shorter = [](const LatticeVector& x, const LatticeVector& y) { return x.length() < y.length(); };
  std::stable_sort(basis.begin(), basis.end(), shorter);
  for (std::size_t k = 1; k < basis.size();) {
    const LatticeVector shortened = k == 1 ? shortened_second(basis) : shortened_third(basis);
    // Rounding must not keep the loop going, hence the margin: only real progress counts.
    if (shortened.length() < (1 - 1e-10) * basis[k].length()) basis[k] = shortened;
    if (basis[k].length() < (1 - 1e-10) * basis[k - 1].length()) {
      std::stable_sort(basis.begin(), basis.end(), shorter);
      k = 1;
    } else {
      ++k;
    }
  }
}

/// The periodic vectors alone, with the other rows zero.
Cell periodic_part(const Cell& cell) {
  Cell part = cell;
  for (int d = 0; d < 3; ++d) {
    if (!cell.periodic[static_cast<std::size_t>(d)]) part.vectors.row(d).setZero();
  }
  return part;
}

}  // namespace

ReducedCell reduced_cell(const Cell& cell) {
  Cell part = periodic_part(cell);
  if (!part.vectors.allFinite()) throw DomainError("the cell vectors are not finite");
  (void)part.completed();  // throws when they are linearly dependent

  Basis basis;
  for (int d = 0; d < 3; ++d) {
    if (cell.periodic[static_cast<std::size_t>(d)]) basis.push_back({part.vectors.row(d), Eigen::RowVector3d::Unit(d), d});
  }
  reduce(basis);

  ReducedCell reduced{Eigen::Matrix3d::Zero(), Eigen::Matrix3i::Zero()};
  for (const LatticeVector& row : basis) {
    if (row.combination.cwiseAbs().maxCoeff() > largest_multiple) throw DomainError("the cell is too skewed");
    reduced.combination.row(row.direction) = row.combination.cast<int>();
    // From the whole numbers, not from the running differences, which have gathered rounding errors.
    part.vectors.row(row.direction) = row.combination * cell.vectors;
  }
  reduced.vectors = part.completed();
  return reduced;
}

}  // namespace carillon
