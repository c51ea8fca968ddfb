#pragma once

#include <algorithm>
#include <vector>

#include "carillon/solve/matrix.hpp"
#include "carillon/solve/prior.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// A regularised problem brought to the form  min |M y - z|^2 + lambda |y|^2 , where every solver can work alike.
///
/// The prior's mean is moved into z, columns without data are left out, columns without prior are eliminated exactly by
/// orthogonal transformations (Eldén 1977, DOI 10.1007/BF01932285), and the others are divided by D. What was left out
/// comes back in coefficients(). Unpenalised columns that depend on each other are found by a pivoted QR of those columns,
/// each at norm 1, with the tolerance 10 max(rows, columns) eps; the smallest coefficients that fit are then taken.
///
/// Orthogonal steps and scalings only: backward stable. Memory 8 n^2 bytes; cost 4 n^2 per unpenalised column.
class StandardForm {
public:
  /// @throws ShapeError  factor and prior differ in their number of unknowns
  StandardForm(const TriangularFactor& factor, const Prior& prior);

  long size() const { return static_cast<long>(penalised_.size()); }  ///< length of y
  /// [M | z], at least size() rows (zero rows added where the data has fewer), size() + 1 columns. Solvers work in place.
  MatrixView rows() { return work_.block(free_rank_, 0, work_.rows() - free_rank_, size() + 1); }
  /// The same memory after a solver has worked in place, to read from.
  MatrixView used_rows() const { return work_.view().block(free_rank_, 0, work_.rows() - free_rank_, size() + 1); }
  /// The column each row of M begins in, ascending: what staircase_qr wants.
  const std::vector<long>& first_column() const { return first_column_; }
  /// How many rows of M have begun by column j: what is below is zero.
  long rows_begun(long j) const {
    return std::upper_bound(first_column_.begin(), first_column_.end(), j) - first_column_.begin();
  }
  /// The unknown each column of M stands for, ascending.
  const std::vector<long>& unknowns() const { return penalised_; }
  double outside() const { return outside_; }  ///< squared norm of the part of b that no row of M and no y can reach

  long zero_columns() const { return zero_columns_; }
  long free_columns() const { return static_cast<long>(free_.size()); }  ///< unpenalised columns with data
  long free_rank() const { return free_rank_; }                          ///< how many of them are independent

  /// y (shape [size, L]) back to coefficients of all unknowns (shape [unknowns, L]).
  Matrix coefficients(const Matrix& y) const;

private:
  void sort_columns(const TriangularFactor& factor, const Prior& prior);
  void fill(const TriangularFactor& factor);
  void eliminate_free(const TriangularFactor& factor);
  void set_free_coefficients(const Matrix& y, Matrix& out) const;

  Prior prior_;
  std::vector<long> penalised_;  ///< unknowns in M, ascending
  std::vector<long> free_;       ///< unpenalised unknowns with data
  std::vector<long> first_column_;
  Matrix work_;        ///< free_rank rows of the eliminated unknowns above [M | z]
  Matrix free_block_;  ///< those rows in the columns of free_
  long free_rank_ = 0;
  long zero_columns_ = 0;
  double outside_ = 0.0;
};

}  // namespace carillon
