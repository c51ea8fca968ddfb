#include "carillon/solve/triangular_factor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/row_stream.hpp"
#include "carillon/solve/staircase_qr.hpp"

namespace carillon {
namespace {

constexpr char magic[8] = {'C', 'A', 'R', 'I', 'L', 'L', 'R', '1'};

std::size_t packed_offset(long j, long stored_rows) {
  const long triangle = std::min(j, stored_rows);
  return static_cast<std::size_t>(triangle * (triangle + 1) / 2 + (j - triangle) * stored_rows);
}

/// Where the rows of two triangles go when they are merged by the column they begin in, the first one's row first.
struct Interleaving {
  std::vector<long> first_place, second_place, first_column;

  Interleaving(long first_rows, long second_begin, long second_end) {
    long i = 0;
    long k = second_begin;
    while (i < first_rows || k < second_end) {
      const bool from_first = k >= second_end || (i < first_rows && i <= k);
      (from_first ? first_place : second_place).push_back(static_cast<long>(first_column.size()));
      first_column.push_back(from_first ? i++ : k++);
    }
  }
};

}  // namespace

TriangularFactor::TriangularFactor(long columns) : columns_(columns) {
  if (columns < 1) throw DomainError("a triangular factor needs at least the right-hand side's column");
}

TriangularFactor::TriangularFactor(const TriangularFactor& other)
    : columns_(other.columns_), row_count_(other.row_count_), stored_rows_(other.stored_rows_), packed_(other.packed_.size()) {
  parallel_for_strips(columns_, [&](long first, long last) {
    for (long j = first; j < last; ++j)
      std::ranges::copy(other.column(j), packed_.begin() + static_cast<std::ptrdiff_t>(offset(j)));
  });
}

std::size_t TriangularFactor::offset(long j) const { return packed_offset(j, stored_rows_); }

std::size_t TriangularFactor::packed_size(long columns, long stored_rows) { return packed_offset(columns, stored_rows); }

std::span<const double> TriangularFactor::column(long j) const {
  return {packed_.data() + offset(j), static_cast<std::size_t>(std::min(j + 1, stored_rows_))};
}

void TriangularFactor::absorb(std::span<const double> rows, long count) {
  RowStream stream(*this, std::clamp(count, 1L, default_row_block));
  stream.append(rows, count);
  *this = stream.finish();
}

void TriangularFactor::absorb(const TriangularFactor& other) {
  if (other.columns_ != columns_)
    throw ShapeError("cannot merge factors of " + std::to_string(columns_) + " and " + std::to_string(other.columns_) +
                     " columns");
  const long total = row_count_ + other.row_count_;
  if (stored_rows_ == 0) {
    *this = other;
  } else {
    const TriangularFactor copy = &other == this ? other : TriangularFactor(columns_);
    const TriangularFactor& source = &other == this ? copy : other;
    for (long begin = 0; begin < source.stored_rows_; begin += default_row_block)
      absorb_triangle(source, begin, std::min(begin + default_row_block, source.stored_rows_));
  }
  row_count_ = total;
}

void TriangularFactor::absorb_triangle(const TriangularFactor& other, long begin, long end) {
  const Interleaving rows(stored_rows_, begin, end);
  Matrix work(static_cast<long>(rows.first_column.size()), columns_);
  parallel_for_strips(columns_, [&](long first, long last) {
    for (long j = first; j < last; ++j) {
      const std::span<const double> mine = column(j);
      const std::span<const double> theirs = other.column(j);
      const std::span<double> to = work.column(j);
      for (std::size_t i = 0; i < mine.size(); ++i) to[static_cast<std::size_t>(rows.first_place[i])] = mine[i];
      for (long k = begin; k < std::min<long>(end, static_cast<long>(theirs.size())); ++k)
        to[static_cast<std::size_t>(rows.second_place[static_cast<std::size_t>(k - begin)])] =
            theirs[static_cast<std::size_t>(k)];
    }
  });
  staircase_qr(work.view(), rows.first_column);
  store(work.view(), std::min(columns_, work.rows()));
}

void TriangularFactor::reduce(Matrix& work, long count) {
  std::vector<long> first_column(static_cast<std::size_t>(count + stored_rows_), 0);
  std::iota(first_column.begin() + count, first_column.end(), 0L);
  parallel_for_strips(columns_, [&](long first, long last) {
    for (long j = first; j < last; ++j) {
      const std::span<const double> mine = column(j);
      double* below = work.column(j).data() + count;
      std::copy(mine.begin(), mine.end(), below);
      // Left-overs of the step before must not be read as part of this triangle.
      const long length = static_cast<long>(mine.size());
      std::fill(below + length, below + std::min(stored_rows_, length + staircase_panel), 0.0);
    }
  });
  const long rows = count + stored_rows_;
  staircase_qr(work.block(0, 0, rows, columns_), first_column);
  store(work.block(0, 0, rows, columns_), std::min(columns_, rows));
  row_count_ += count;
}

void TriangularFactor::store(MatrixView triangle, long stored_rows) {
  stored_rows_ = stored_rows;
  if (const std::size_t size = packed_size(columns_, stored_rows); size != packed_.size()) {
    packed_ = LargeVector();  // first: what it held is not needed, and there need not be room for both
    packed_ = LargeVector(size);
  }
  std::vector<double> sign(static_cast<std::size_t>(stored_rows));
  for (long i = 0; i < stored_rows; ++i) sign[static_cast<std::size_t>(i)] = triangle(i, i) < 0.0 ? -1.0 : 1.0;
  parallel_for_strips(columns_, [&](long first, long last) {
    for (long j = first; j < last; ++j) {
      const long length = std::min(j + 1, stored_rows);
      double* to = packed_.data() + offset(j);
      for (long i = 0; i < length; ++i) to[i] = sign[static_cast<std::size_t>(i)] * triangle(i, j);
    }
  });
}

void TriangularFactor::scale(double factor) {
  if (!(factor >= 0.0) || !std::isfinite(factor))
    throw DomainError("a factor is scaled by a number >= 0, not " + std::to_string(factor));
  for (double& x : packed_) x *= factor;
}

std::vector<double> TriangularFactor::column_norms() const {
  std::vector<double> norms(static_cast<std::size_t>(columns_));
  parallel_for_strips(columns_, [&](long first, long last) {
    for (long j = first; j < last; ++j) {
      const std::span<const double> entries = column(j);
      norms[static_cast<std::size_t>(j)] = std::sqrt(std::inner_product(entries.begin(), entries.end(), entries.begin(), 0.0));
    }
  });
  return norms;
}

Matrix TriangularFactor::dense_rows(long begin, long count) const {
  Matrix rows(count, columns_);
  for (long j = begin; j < columns_; ++j) {
    const std::span<const double> entries = column(j);
    const long end = std::min<long>(static_cast<long>(entries.size()), begin + count);
    std::copy(entries.begin() + begin, entries.begin() + end, rows.column(j).begin());
  }
  return rows;
}

std::vector<double> TriangularFactor::squared_residuals(const Matrix& coefficients) const {
  if (coefficients.rows() != unknowns()) throw ShapeError("coefficients do not fit the factor's unknowns");
  constexpr long slab = 256;
  const long slabs = (stored_rows_ + slab - 1) / slab;
  Matrix parts(coefficients.columns(), slabs);  // added up in one order, whichever thread is first
  parallel_for(slabs, [&](long k) {
    add_squared_residuals(k * slab, std::min(slab, stored_rows_ - k * slab), coefficients, parts.column(k));
  });
  std::vector<double> sums(static_cast<std::size_t>(coefficients.columns()), 0.0);
  for (long k = 0; k < slabs; ++k)
    for (std::size_t l = 0; l < sums.size(); ++l) sums[l] += parts.column(k)[l];
  return sums;
}

void TriangularFactor::add_squared_residuals(long begin, long count, const Matrix& coefficients, std::span<double> sums) const {
  const Matrix rows = dense_rows(begin, count);
  Matrix residual(count, coefficients.columns());
  const long live = unknowns() - begin;  // columns before `begin` are zero in these rows
  if (live > 0)
    lapack::multiply(1.0, rows.view().block(0, begin, count, live), lapack::Op::plain,
                     coefficients.view().block(begin, 0, live, coefficients.columns()), lapack::Op::plain, 0.0, residual.view());
  const std::span<const double> target = rows.column(unknowns());
  for (long l = 0; l < coefficients.columns(); ++l)
    for (std::size_t i = 0; i < target.size(); ++i) {
      const double r = residual.column(l)[i] - target[i];
      sums[static_cast<std::size_t>(l)] += r * r;
    }
}

TriangularFactor TriangularFactor::from_packed(long columns, long row_count, long stored_rows, LargeVector packed) {
  TriangularFactor factor(columns);
  if (stored_rows < 0 || stored_rows > columns || stored_rows > row_count || packed.size() != packed_size(columns, stored_rows))
    throw ShapeError(std::to_string(packed.size()) + " numbers are not " + std::to_string(stored_rows) +
                     " rows of a triangle of " + std::to_string(columns) + " columns");
  if (!std::all_of(packed.begin(), packed.end(), [](double x) { return std::isfinite(x); }))
    throw DomainError("a triangular factor holds a nan or an infinity");
  factor.row_count_ = row_count;
  factor.stored_rows_ = stored_rows;
  factor.packed_ = std::move(packed);
  return factor;
}

void TriangularFactor::write(ByteWriter& to) const {
  to.text({magic, sizeof(magic)}).integer(columns_).integer(row_count_).integer(stored_rows_).numbers(packed_);
}

TriangularFactor TriangularFactor::read(ByteReader& from) {
  if (from.text() != std::string_view(magic, sizeof(magic))) throw InputError("these bytes are not a triangular factor");
  const long columns = from.integer();
  const long row_count = from.integer();
  const long stored_rows = from.integer();
  // The shape is bounded before it is multiplied, so that damaged bytes cannot overflow.
  const bool sane =
      columns >= 1 && columns < (1L << 30) && stored_rows >= 0 && stored_rows <= columns && stored_rows <= row_count;
  if (!sane || packed_size(columns, stored_rows) > from.left() / sizeof(double))
    throw InputError("a triangular factor of " + std::to_string(columns) + " columns is damaged");
  LargeVector packed(packed_size(columns, stored_rows));
  from.numbers(packed);
  return from_packed(columns, row_count, stored_rows, std::move(packed));
}

std::string TriangularFactor::serialize() const {
  ByteWriter to;
  write(to);
  return to.take();
}

TriangularFactor TriangularFactor::deserialize(std::string_view bytes) {
  ByteReader from(bytes);
  TriangularFactor factor = read(from);
  from.end();
  return factor;
}

}  // namespace carillon
