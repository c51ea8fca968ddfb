#pragma once

#include <array>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/matrix.hpp"

/// The few ScaLAPACK and BLACS routines the solvers need; the only file that knows them. Every call is made by all ranks
/// together. The BLACS live on MPI: nothing here starts before a ProcessGrid is made.
namespace carillon::scalapack {

/// All ranks of a world as a grid of rows x columns, row after row; as close to a square as their number allows, and taller
/// than wide, since the matrices are.
class ProcessGrid {
public:
  /// @throws InputError  this process is alone, without MPI
  explicit ProcessGrid(const Communicator& world);
  /// The same ranks in a grid of that shape.
  ProcessGrid(const Communicator& world, int rows, int columns);
  ~ProcessGrid();
  ProcessGrid(const ProcessGrid&) = delete;
  ProcessGrid& operator=(const ProcessGrid&) = delete;

  int rows() const { return rows_; }
  int columns() const { return columns_; }
  int row() const { return row_; }        ///< of this rank
  int column() const { return column_; }  ///< of this rank
  bool holds_me() const { return row_ >= 0; }
  int context() const { return context_; }  ///< BLACS' name for the grid; -1 on ranks outside

private:
  int system_handle_ = 0;
  int context_ = -1;
  int rows_ = 0;
  int columns_ = 0;
  int row_ = -1;
  int column_ = -1;
};

/// A matrix cut into blocks that are dealt out over a grid in both directions (2-D block-cyclic).
class DistributedMatrix {
public:
  /// @param row_block, column_block  rows and columns of a block
  /// @throws ShapeError  one rank's part would have more than 2^31 - 1 entries
  DistributedMatrix(const ProcessGrid& grid, long rows, long columns, long row_block, long column_block);

  long rows() const { return rows_; }
  long columns() const { return columns_; }
  long column_block() const { return column_block_; }
  Matrix& local() { return local_; }  ///< this rank's part, columns stay columns
  const Matrix& local() const { return local_; }
  long global_row(long i) const;     ///< of local row i
  long global_column(long j) const;  ///< of local column j

  int* descriptor() { return descriptor_.data(); }
  const int* descriptor() const { return descriptor_.data(); }

private:
  const ProcessGrid* grid_;
  long rows_;
  long columns_;
  long row_block_;
  long column_block_;
  Matrix local_;
  std::array<int, 9> descriptor_{};
};

/// A rectangle of a matrix, by its first entry.
struct Place {
  long row = 0;
  long column = 0;
};

/// Copies a rectangle of rows x columns between any two distributions over the ranks of `all`.
void copy(long rows, long columns, const DistributedMatrix& from, Place from_place, DistributedMatrix& to, Place to_place,
          const ProcessGrid& all);

/// Householder QR of the panel of `rows` x `width` at `place`, and the same reflectors applied to the `rest` columns behind it.
/// Leaves R in the panel's upper triangle, reflectors below it.
/// @param place  at a corner of a block; @param width  a block's columns at most
void qr_step(DistributedMatrix& a, Place place, long rows, long width, long rest);

}  // namespace carillon::scalapack
