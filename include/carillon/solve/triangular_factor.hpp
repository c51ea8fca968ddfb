#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/large_vector.hpp"
#include "carillon/solve/matrix.hpp"

namespace carillon {

/// R of the QR factorisation of [A | b]: all that a least-squares fit needs to know about its rows (docs/theory.md, Eq. 10).
///
/// The last column is the right-hand side. Of m absorbed rows min(m, columns) rows of R are kept, packed: a group with fewer
/// rows than columns keeps a trapezoid, so a factor is never larger than the rows it stands for, and takes 4 columns^2 bytes
/// at most. The diagonal is made non-negative, which makes R unique when A has full column rank.
///
/// R'R = [A|b]'[A|b] up to rounding of order eps * |A|, never formed as a product; so columns of very different size do no
/// harm, whereas the Gram matrix of this project's data (condition 1e12) cannot be factored.
///
/// Same bits for any number of OpenMP threads; different (equally good) last bits for another grouping of rows.
class TriangularFactor {
public:
  /// @param columns  number of unknowns + 1, at least 1
  /// @throws DomainError
  explicit TriangularFactor(long columns);
  /// Copies by all threads: one alone waits for the system to clear the pages.
  TriangularFactor(const TriangularFactor& other);
  TriangularFactor(TriangularFactor&&) = default;
  TriangularFactor& operator=(const TriangularFactor& other) { return *this = TriangularFactor(other); }
  TriangularFactor& operator=(TriangularFactor&&) = default;
  ~TriangularFactor() = default;

  /// Absorbs rows [a | b], row after row in one array (shape [count, columns()]). Rows are taken in steps of
  /// default_row_block; where they come in small pieces, a RowStream is much faster.
  ///
  /// @throws ShapeError   rows.size() != count * columns()
  /// @throws DomainError  a nan or an infinity, naming its row and column; the factor is then unchanged
  /// Cost 2 count columns^2 operations near the speed of dgemm; workspace 8 (count + columns/2) columns bytes.
  void absorb(std::span<const double> rows, long count);

  /// Absorbs everything another factor stands for. Cost at most 2/3 columns^3 operations; workspace 8 columns^2 bytes.
  /// @throws ShapeError  different columns()
  void absorb(const TriangularFactor& other);

  /// Multiplies R by `factor` >= 0: the same as if every row had been multiplied by it (a weight factor^2).
  void scale(double factor);

  long columns() const { return columns_; }
  long unknowns() const { return columns_ - 1; }
  long row_count() const { return row_count_; }      ///< data rows absorbed
  long stored_rows() const { return stored_rows_; }  ///< min(row_count, columns)
  double operator()(long i, long j) const { return i > j || i >= stored_rows_ ? 0.0 : column(j)[static_cast<std::size_t>(i)]; }
  /// Entries 0..min(j, stored_rows()-1) of column j; what is below is zero.
  std::span<const double> column(long j) const;

  /// Euclidean norms of the columns of [A | b].
  std::vector<double> column_norms() const;

  /// R [c; -1] for every column c of `coefficients` (shape [unknowns, L]), as squared norms: the squared residual of the rows.
  /// @throws ShapeError
  /// Cost columns^2 L.
  std::vector<double> squared_residuals(const Matrix& coefficients) const;

  /// Rows [begin, begin+count) of R as a dense matrix with its zeros.
  Matrix dense_rows(long begin, long count) const;

  /// R's numbers as kept: column after column, entries 0..min(j, stored_rows()-1).
  std::span<const double> packed() const { return packed_; }
  /// The reverse of packed().
  /// @throws ShapeError   wrong length, or more stored rows than columns or absorbed rows
  /// @throws DomainError  a nan or an infinity
  static TriangularFactor from_packed(long columns, long row_count, long stored_rows, LargeVector packed);
  static std::size_t packed_size(long columns, long stored_rows);

  /// Into a record, without a copy.
  void write(ByteWriter& to) const;
  /// @throws InputError  not made by write()
  static TriangularFactor read(ByteReader& from);
  /// All of it as bytes (native byte order), equal exactly when the factors are.
  std::string serialize() const;
  /// @throws InputError  not made by serialize()
  static TriangularFactor deserialize(std::string_view bytes);

private:
  friend class RowStream;

  /// QR of the first `count` rows of `work`, which are data, with R below them. `work` has room for both.
  void reduce(Matrix& work, long count);
  void absorb_triangle(const TriangularFactor& other, long begin, long end);
  void store(MatrixView triangle, long stored_rows);
  /// Of rows [begin, begin+count), added to `sums`.
  void add_squared_residuals(long begin, long count, const Matrix& coefficients, std::span<double> sums) const;
  std::size_t offset(long j) const;

  long columns_;
  long row_count_ = 0;
  long stored_rows_ = 0;
  LargeVector packed_;
};

}  // namespace carillon
