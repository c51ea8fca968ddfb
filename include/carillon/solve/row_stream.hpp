#pragma once

#include <span>
#include <string>
#include <string_view>

#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// Rows gathered per QR step: enough to keep the matrix products long, few enough to stay in memory beside R.
inline constexpr long default_row_block = 4096;

/// Rows coming in pieces of any size, gathered into steps that are large enough for a fast QR.
///
/// @code
///   RowStream stream(unknowns + 1);
///   for (each frame) stream.append(rows_of_frame, count);
///   TriangularFactor factor = stream.finish();
/// @endcode
///
/// The steps depend on the number of rows only, not on the pieces they came in: the same rows give the same bits.
class RowStream {
public:
  /// @param row_block  rows per step, at least 1; memory 8 columns (row_block + columns/2) bytes besides the factor
  /// @throws DomainError
  explicit RowStream(long columns, long row_block = default_row_block);
  /// Goes on from a factor.
  explicit RowStream(TriangularFactor start, long row_block = default_row_block);

  /// @param rows  row after row, shape [count, columns]; the right-hand side is the last column
  /// @throws ShapeError   rows.size() != count * columns
  /// @throws DomainError  a nan or an infinity, naming its row (counted from 0 in `rows`) and column; nothing was taken then
  void append(std::span<const double> rows, long count);

  /// The factor of all rows; the stream is empty afterwards.
  TriangularFactor finish();

  /// The stream in the middle of its work, into a record without a copy: a stream read from it goes on to the same bits.
  void write(ByteWriter& to) const;
  /// @throws InputError  not made by write()
  static RowStream read(ByteReader& from);
  std::string serialize() const;
  /// @throws InputError  not made by serialize()
  static RowStream deserialize(std::string_view bytes);

  long columns() const { return factor_.columns(); }

private:
  void take(const double* rows, long count);

  TriangularFactor factor_;
  long row_block_;
  long waiting_ = 0;
  Matrix work_;  ///< waiting rows on top, transposed; room for R below
};

}  // namespace carillon
