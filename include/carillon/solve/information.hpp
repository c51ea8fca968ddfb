#pragma once

#include <vector>

#include "carillon/solve/posterior.hpp"

namespace carillon {

/// What is known of the unknowns, and what further rows would add to it: U'U = A'A + P^2 of a posterior (docs/theory.md, Eq. 16),
/// to which rows can be added without their labels.
///
/// Memory 12 n^2 bytes.
class Information {
public:
  explicit Information(const Posterior& known);

  /// h = a'(U'U)^-1 a of each row (Eq. 23): the variance it would be predicted with, in units of the noise's. Rows of the fit
  /// have at most 1; above 1 the fit says less about a row than a label of it would.
  /// @param rows  one a in each column, shape [unknowns, L], weighted as in the fit
  /// Cost n^2 L operations, in tiles shared among threads; same bits for any number of them. Memory 8 n L bytes.
  std::vector<double> leverages(const Matrix& rows) const;

  /// log det(I + A (U'U)^-1 A'), nats: what labels of these rows together would tell (D-optimality, Eq. 24). Never grows when
  /// other rows are added first.
  /// @throws ShapeError  rows of another number of unknowns
  /// Cost n^2 L + 2 (n + L) L^2 operations; memory 8 (2 n + L) L bytes.
  double gain(const Matrix& rows) const;

  /// Knows these rows from now on.
  /// Cost 2 n^2 L operations.
  void add(const Matrix& rows);

  /// U^-T a of every row, shape [unknowns that vary, L]: rows in the metric of what is known.
  /// Cost and errors as leverages().
  Matrix whitened(const Matrix& rows) const;

private:
  Matrix varying_part(const Matrix& rows) const;

  long unknowns_;
  std::vector<long> varying_;
  TriangularFactor factor_;
  Matrix triangle_;
};

}  // namespace carillon
