#include "carillon/solve/block_cyclic_factor.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr long gathered_columns = 256;  // at once: a slab of R on the root, 8 x 256 x columns bytes

long rounded_up(long n, long step) { return (n + step - 1) / step * step; }

long require_positive(long value, const char* what) {
  if (value < 1) throw DomainError(std::string("a block-cyclic factor needs ") + what);
  return value;
}

long largest_on_any_rank(const Communicator& world, long value) {
  std::vector<long> values(static_cast<std::size_t>(world.size()), 0);
  values[static_cast<std::size_t>(world.rank())] = value;
  world.sum(std::span<long>(values));
  return *std::max_element(values.begin(), values.end());
}

long sum_over_ranks(const Communicator& world, long value) {
  world.sum({&value, 1});
  return value;
}

/// Some rows of a row-after-row array as a matrix.
Matrix rows_as_matrix(std::span<const double> rows, long columns, long begin, long count) {
  Matrix out(count, columns);
  for (long i = 0; i < count; ++i)
    for (long j = 0; j < columns; ++j) out(i, j) = rows[static_cast<std::size_t>((begin + i) * columns + j)];
  return out;
}

}  // namespace

BlockCyclicFactor::BlockCyclicFactor(const Communicator& world, long columns, long rows_per_rank)
    : world_(&world),
      grid_(world),
      line_(world, world.size(), 1),
      step_rows_(world.size() * rounded_up(require_positive(rows_per_rank, "at least one row per step"), block)),
      r_(grid_, require_positive(columns, "at least the right-hand side's column"), columns, block, block),
      work_(grid_, step_rows_ + columns, columns, block, block),
      incoming_(line_, step_rows_, columns, step_rows_ / world.size(), block) {}

void BlockCyclicFactor::absorb(std::span<const double> rows, long count) {
  world_->agree([&] {
    if (static_cast<long>(rows.size()) != count * columns())
      throw ShapeError(std::to_string(rows.size()) + " numbers are not " + std::to_string(count) + " rows of " +
                       std::to_string(columns()));
    if (!std::all_of(rows.begin(), rows.end(), [](double x) { return std::isfinite(x); }))
      throw DomainError("rows hold a nan or an infinity");
  });
  const long most = largest_on_any_rank(*world_, count);
  const long height = incoming_.local().rows();
  for (long begin = 0; begin < most; begin += height) {
    const long mine = std::clamp(count - begin, 0L, height);
    const Matrix piece = rows_as_matrix(rows, columns(), begin, mine);
    step(piece.view(), 0);
  }
  row_count_ += sum_over_ranks(*world_, count);
}

void BlockCyclicFactor::absorb(const TriangularFactor& mine) {
  world_->agree([&] {
    if (mine.columns() != columns())
      throw ShapeError("cannot merge factors of " + std::to_string(columns()) + " and " + std::to_string(mine.columns()) +
                       " columns");
  });
  const long most = largest_on_any_rank(*world_, mine.stored_rows());
  const long height = incoming_.local().rows();
  for (long begin = 0; begin < most; begin += height) {
    const long count = std::clamp(mine.stored_rows() - begin, 0L, height);
    const Matrix piece = count > 0 ? mine.dense_rows(begin, count) : Matrix(0, columns());
    step(piece.view(), begin);
  }
  row_count_ += sum_over_ranks(*world_, mine.row_count());
}

void BlockCyclicFactor::step(MatrixView mine, long first_column) {
  Matrix& local = incoming_.local();
  std::fill(local.values().begin(), local.values().end(), 0.0);
  for (long j = 0; j < mine.columns; ++j) std::copy_n(mine.column(j), mine.rows, local.column(j).begin());
  scalapack::copy(step_rows_, columns(), incoming_, {}, work_, {}, grid_);

  // Rows of R move by whole rounds of blocks, which keeps each on its rank.
  const long begin = first_column / (block * grid_.rows()) * (block * grid_.rows());
  put_back(begin);
  const long height = columns() - begin;
  for (long column = begin; column < columns(); column += block) {
    const long row = column - begin;
    const long width = std::min(block, columns() - column);
    const long row_end = step_rows_ + std::min(height, row + width);
    scalapack::qr_step(work_, {row, column}, row_end - row, width, columns() - column - width);
  }
  take_result(begin);
}

/// Rows begin.. of R below the rows of the step.
void BlockCyclicFactor::put_back(long begin) {
  const long from = begin / grid_.rows();
  const long to = step_rows_ / grid_.rows();
  for (long j = 0; j < r_.local().columns(); ++j) {
    const std::span<const double> column = r_.local().column(j).subspan(static_cast<std::size_t>(from));
    std::copy(column.begin(), column.end(), work_.local().column(j).begin() + to);
  }
}

/// The new rows begin.. of R from the top; what stands below the diagonal are reflectors.
void BlockCyclicFactor::take_result(long begin) {
  const long from = begin / grid_.rows();
  for (long j = 0; j < r_.local().columns(); ++j) {
    const long diagonal = r_.global_column(j);
    if (diagonal < begin) continue;
    for (long i = from; i < r_.local().rows(); ++i)
      r_.local()(i, j) = r_.global_row(i) <= diagonal ? work_.local()(i - from, j) : 0.0;
  }
}

TriangularFactor BlockCyclicFactor::gather() const {
  const long n = columns();
  const long stored_rows = std::min(n, row_count_);  // further rows hold rounding only
  const scalapack::ProcessGrid root(*world_, 1, 1);
  scalapack::DistributedMatrix slab(root, n, std::min(n, gathered_columns), n, gathered_columns);
  LargeVector packed;
  std::vector<double> sign;
  if (world_->is_root()) packed.reserve(TriangularFactor::packed_size(n, stored_rows));
  for (long begin = 0; begin < n; begin += gathered_columns) {
    const long count = std::min(gathered_columns, n - begin);
    scalapack::copy(n, count, r_, {0, begin}, slab, {}, grid_);
    for (long j = begin; j < begin + count && world_->is_root(); ++j) {
      const std::span<const double> column = slab.local().column(j - begin);
      if (j < stored_rows) sign.push_back(column[static_cast<std::size_t>(j)] < 0.0 ? -1.0 : 1.0);
      for (std::size_t i = 0; i < sign.size(); ++i) packed.push_back(sign[i] * column[i]);
    }
  }
  if (!world_->is_root()) return TriangularFactor(n);
  return TriangularFactor::from_packed(n, row_count_, stored_rows, std::move(packed));
}

}  // namespace carillon
