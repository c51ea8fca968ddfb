#include "carillon/solve/row_stream.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"

namespace carillon {
namespace {

void require_finite(std::span<const double> rows, long columns) {
  const auto bad = std::find_if(rows.begin(), rows.end(), [](double x) { return !std::isfinite(x); });
  if (bad == rows.end()) return;
  const long place = bad - rows.begin();
  throw DomainError("row " + std::to_string(place / columns) + ", column " + std::to_string(place % columns) + " of " +
                    std::to_string(columns) + " is " + (std::isnan(*bad) ? "nan" : "infinite"));
}

}  // namespace

RowStream::RowStream(long columns, long row_block) : RowStream(TriangularFactor(columns), row_block) {}

RowStream::RowStream(TriangularFactor start, long row_block) : factor_(std::move(start)), row_block_(row_block) {
  if (row_block < 1) throw DomainError("row block " + std::to_string(row_block) + " is below 1");
}

void RowStream::append(std::span<const double> rows, long count) {
  const long columns = factor_.columns();
  if (static_cast<long>(rows.size()) != count * columns)
    throw ShapeError(std::to_string(rows.size()) + " numbers are not " + std::to_string(count) + " rows of " +
                     std::to_string(columns));
  require_finite(rows, columns);
  for (long done = 0; done < count;) {
    const long piece = std::min(count - done, row_block_ - waiting_);
    take(rows.data() + done * columns, piece);
    done += piece;
    if (waiting_ == row_block_) {
      factor_.reduce(work_, waiting_);
      waiting_ = 0;
    }
  }
}

void RowStream::take(const double* rows, long count) {
  const long columns = factor_.columns();
  if (work_.size() == 0) work_ = Matrix(row_block_ + columns, columns);
  parallel_for_strips(columns, [&](long first, long last) {
    // Eight columns at a time: whole cache lines are read, and only eight places are written at once.
    constexpr long narrow = 8;
    for (long begin = first; begin < last; begin += narrow) {
      const long end = std::min(begin + narrow, last);
      for (long i = 0; i < count; ++i)
        for (long j = begin; j < end; ++j) work_(waiting_ + i, j) = rows[i * columns + j];
    }
  });
  waiting_ += count;
}

TriangularFactor RowStream::finish() {
  if (waiting_ > 0) factor_.reduce(work_, waiting_);
  waiting_ = 0;
  work_ = Matrix();
  return std::exchange(factor_, TriangularFactor(factor_.columns()));
}

void RowStream::write(ByteWriter& to) const {
  factor_.write(to);
  to.integer(row_block_).integer(waiting_);
  // The waiting rows are kept as they are: reducing them now would cut the steps elsewhere and change the last bits.
  for (long j = 0; j < columns() && waiting_ > 0; ++j) to.numbers(work_.column(j).first(static_cast<std::size_t>(waiting_)));
}

RowStream RowStream::read(ByteReader& from) {
  TriangularFactor factor = TriangularFactor::read(from);
  const long row_block = from.integer();
  const long waiting = from.integer();
  const long columns = factor.columns();
  const bool sane = row_block >= 1 && waiting >= 0 && waiting < row_block &&
                    static_cast<std::size_t>(waiting) <= from.left() / sizeof(double) / static_cast<std::size_t>(columns);
  if (!sane) throw InputError("a row stream is damaged");
  RowStream stream(std::move(factor), row_block);
  if (waiting > 0) stream.work_ = Matrix(row_block + columns, columns);
  for (long j = 0; j < columns && waiting > 0; ++j) {
    const std::span<double> column = stream.work_.column(j).first(static_cast<std::size_t>(waiting));
    from.numbers(column);
    require_finite(column, 1);
  }
  stream.waiting_ = waiting;
  return stream;
}

std::string RowStream::serialize() const {
  ByteWriter to;
  write(to);
  return to.take();
}

RowStream RowStream::deserialize(std::string_view bytes) {
  ByteReader from(bytes);
  RowStream stream = read(from);
  from.end();
  return stream;
}

}  // namespace carillon
