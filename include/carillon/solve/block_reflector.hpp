#pragma once

#include "carillon/solve/matrix.hpp"

namespace carillon {

/// Q = I - V T V': the product of the Householder reflectors of one panel, in the compact form that turns their use into
/// matrix products (Schreiber and Van Loan 1989, DOI 10.1137/0910005). V is kept with its ones and zeros written out, since
/// one dense product is faster than a triangular one plus a rest.
///
/// The storage is made once, for the largest panel to come.
class BlockReflector {
public:
  BlockReflector(long most_rows, long most_columns);

  /// QR of `panel` in place: R on and above its diagonal; what is below is left over and no longer needed.
  void factor(MatrixView panel);

  long rows() const { return rows_; }
  long count() const { return count_; }
  MatrixView v() const { return {v_.view().data, rows_, count_, rows_}; }
  MatrixView t() const { return {t_.view().data, count_, count_, count_}; }

private:
  void build_t(std::span<const double> tau);

  long rows_ = 0;
  long count_ = 0;
  Matrix v_;
  Matrix t_;
  Matrix products_;  ///< V'V
};

/// c = Q' c.   Cost 4 rows count columns of c, as two matrix products.
void apply_transposed_left(const BlockReflector& q, MatrixView c);
/// c = Q c, from V and T.
void apply_left(MatrixView v, MatrixView t, MatrixView c);

/// w = T' V' c, shape [count, columns of c]: Q' c is c - V w. For those who want some rows of it before the others.
void project_left(const BlockReflector& q, MatrixView c, MatrixView w);
/// w = T' V' c', shape [count, rows of c]: c Q is c - w' V'.
void project_right(const BlockReflector& q, MatrixView c, MatrixView w);

}  // namespace carillon
