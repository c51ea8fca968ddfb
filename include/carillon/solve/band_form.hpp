#pragma once

#include <vector>

#include "carillon/solve/standard_form.hpp"

namespace carillon {

/// M = U B V' with B upper triangular of a narrow band: the form in which the ridge problem costs next to nothing for
/// every further lambda.
///
/// Going all the way to a diagonal (SVD) or bidiagonal matrix moves the whole matrix through memory once per column. Stopping
/// at a band of block_width columns leaves matrix products only (8/3 n^3 operations near dgemm's speed), and unlike the
/// tridiagonal form of the Gram matrix it is backward stable: B's singular values are M's to a small multiple of eps |M|, so
/// no lambda is too small.
///
/// B consists of square upper-triangular blocks on its diagonal and lower-triangular blocks to the right of them.
class BandForm {
public:
  static constexpr long block_width = 64;

  /// Takes over the form's matrix and works in place: memory 8 n^2 bytes, besides the band.
  explicit BandForm(StandardForm form);

  long size() const { return size_; }
  double outside() const { return outside_; }  ///< squared norm of the part of z that no y can reach

  struct Path {
    Matrix y;                                ///< solutions of min |M y - z|^2 + lambda |y|^2, shape [size, L]
    std::vector<double> squared_residual;    ///< |M y - z|^2, outside() included
    std::vector<double> degrees_of_freedom;  ///< trace M (M'M + lambda)^-1 M'
    std::vector<double> log_determinant;     ///< log det (I + M'M / lambda)
  };
  /// @param lambdas          all > 0
  /// @param singular_values  filled, unless null, with singular_values(), which one thread finds while others go along the path
  /// Cost about 25 n block_width^2 operations per lambda, and 4 n^2 L for going back to M's columns.
  Path path(std::span<const double> lambdas, std::vector<double>* singular_values = nullptr) const;

  /// All singular values of M, descending, each to a small multiple of eps times the largest.
  /// Cost about 8 n^2 block_width operations on one thread; memory 8 n block_width bytes.
  std::vector<double> singular_values() const;

  const StandardForm& form() const { return form_; }  ///< for coefficients() and counts: its matrix is used up

private:
  struct BandSolution;

  void take_pages();
  void reduce();
  void save_diagonal_block(long begin, long width);
  void save_upper_block(long begin, MatrixView transposed);
  BandSolution solve(double lambda) const;
  double squared_misfit(std::span<const double> y) const;
  void apply_right_basis(Matrix& y) const;
  long width_at(long begin) const;

  StandardForm form_;
  long size_ = 0;
  double outside_ = 0.0;
  Matrix diagonal_;             ///< block_width x size: diagonal block of columns begin.. at column begin
  Matrix upper_;                ///< block_width x size: block right of it, at the columns it stands in
  Matrix right_t_;              ///< T of the reflectors from the right; their V stand in the used-up matrix
  std::vector<double> target_;  ///< U'z
};

}  // namespace carillon
