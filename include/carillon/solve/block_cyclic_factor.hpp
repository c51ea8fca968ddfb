#pragma once

#include <span>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/scalapack.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// A TriangularFactor whose R is spread over all ranks in a 2-D block-cyclic distribution, and whose rows are absorbed by
/// ScaLAPACK: for matrices with so many columns that merging whole triangles, one pair per rank, is what takes the time.
///
/// Rows are taken in steps of some rows from every rank: redistributed (pdgemr2d), put on top of R, and reduced panel by panel
/// (pdgeqrf, pdlarfb). A panel reads R only down to its own diagonal, so a step of k rows costs 2 k columns^2 operations, shared
/// among the ranks. Ranks that come with fewer rows than others fill up with zero rows.
///
/// Every call is made by all ranks together. R is a TriangularFactor's up to rounding; unlike there, its last bits depend on
/// the number of ranks and threads.
///
/// Memory per rank: 8 columns (2 columns + rows of a step) / ranks bytes for R and the step's workspace, and
/// 8 columns rows_per_rank for this rank's rows before they are spread.
class BlockCyclicFactor {
public:
  static constexpr long block = 64;  ///< rows and columns of a distributed block

  /// @param columns        number of unknowns + 1, at least 1
  /// @param rows_per_rank  taken from each rank in a step, rounded up to a multiple of `block`
  /// @throws DomainError  columns or rows_per_rank below 1
  /// @throws ShapeError   a rank's part is too large for ScaLAPACK
  /// @throws InputError   a process alone, without MPI
  BlockCyclicFactor(const Communicator& world, long columns, long rows_per_rank = 512);

  /// Absorbs each rank's own rows [a | b], row after row (shape [count, columns()]); any count, 0 too.
  /// @throws ShapeError   rows.size() != count * columns(), on any rank; then on all of them
  /// @throws DomainError  a nan or an infinity, likewise
  void absorb(std::span<const double> rows, long count);

  /// Absorbs each rank's own factor; ranks without one come with an empty factor. Rows of a triangle begin ever later, and what
  /// lies before is left out: 2/3 ranks columns^3 operations for full triangles.
  /// @throws ShapeError  different columns(), on any rank; then on all of them
  void absorb(const TriangularFactor& mine);

  long columns() const { return r_.columns(); }
  long row_count() const { return row_count_; }  ///< data rows absorbed, of all ranks

  /// All of R on the root; an empty factor elsewhere. Memory 4 columns^2 bytes there.
  TriangularFactor gather() const;

private:
  void step(MatrixView mine, long first_column);
  void put_back(long begin);
  void take_result(long begin);

  const Communicator* world_;
  scalapack::ProcessGrid grid_;
  scalapack::ProcessGrid line_;  ///< the same ranks one below the other: how rows come
  long step_rows_;               ///< of all ranks
  scalapack::DistributedMatrix r_;
  scalapack::DistributedMatrix work_;      ///< rows of a step above R
  scalapack::DistributedMatrix incoming_;  ///< rows as the ranks made them
  long row_count_ = 0;
};

}  // namespace carillon
