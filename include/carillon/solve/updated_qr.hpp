#pragma once

#include <span>
#include <vector>

#include "carillon/solve/matrix.hpp"

namespace carillon {

/// Q R of a set of columns that join at the end and leave from anywhere, Q kept explicitly.
///
/// A column joins by Gram-Schmidt, repeated until it loses less than half of its square ("twice is enough": Giraud, Langou,
/// Rozložník and van den Eshof 2005, DOI 10.1007/s00211-005-0615-4): Q stays orthonormal to a small multiple of eps whatever
/// the condition. One leaves by Givens rotations. The Gram matrix is never formed.
///
/// Memory 8 capacity (rows + capacity) bytes, taken as columns join.
class UpdatedQr {
public:
  /// @throws DomainError  rows or capacity below 0
  UpdatedQr(long rows, long capacity);

  /// @param column  at most rows() long; what is missing at its end is zero
  /// @return        false when the column depends on those that are in, to 10 rows eps of its norm: it has not joined then
  /// @throws ShapeError  too long, or no place left
  /// Cost 4 to 12 rows size() operations.
  bool add(std::span<const double> column);

  /// Takes out the column at this place; the later ones move up.
  /// @return  the direction, of norm 1, by which Q's range has become smaller; shape [rows]
  /// Cost 6 (rows + size()) (size() - place) operations.
  /// @throws DomainError  no such place
  std::vector<double> remove(long place);

  long rows() const { return q_.rows(); }
  long size() const { return size_; }
  MatrixView q() const { return {q_.view().data, rows(), size_, rows()}; }
  MatrixView r() const { return {r_.view().data, size_, size_, r_.rows()}; }  ///< zeros below its diagonal

private:
  double orthogonalise(std::vector<double>& rest, std::span<double> coordinates) const;

  Matrix q_;
  Matrix r_;
  long size_ = 0;
};

}  // namespace carillon
