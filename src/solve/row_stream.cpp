#include "carillon/solve/row_stream.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"

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
  // Eight columns at a time: whole cache lines are read, and only eight places are written at once.
  constexpr long strip = 8;
  for (long begin = 0; begin < columns; begin += strip) {
    const long end = std::min(begin + strip, columns);
    for (long i = 0; i < count; ++i)
      for (long j = begin; j < end; ++j) work_(waiting_ + i, j) = rows[i * columns + j];
  }
  waiting_ += count;
}

TriangularFactor RowStream::finish() {
  if (waiting_ > 0) factor_.reduce(work_, waiting_);
  waiting_ = 0;
  work_ = Matrix();
  return std::exchange(factor_, TriangularFactor(factor_.columns()));
}

std::string RowStream::serialize() const {
  // The waiting rows are kept as they are: reducing them now would cut the steps elsewhere and change the last bits.
  std::vector<double> waiting;
  waiting.reserve(static_cast<std::size_t>(waiting_ * columns()));
  for (long j = 0; j < columns() && waiting_ > 0; ++j) {
    const auto column = work_.column(j).first(static_cast<std::size_t>(waiting_));
    waiting.insert(waiting.end(), column.begin(), column.end());
  }
  return ByteWriter().text(factor_.serialize()).integer(row_block_).integer(waiting_).numbers(waiting).take();
}

RowStream RowStream::deserialize(std::string_view bytes) {
  ByteReader reader(bytes);
  TriangularFactor factor = TriangularFactor::deserialize(reader.text());
  const long row_block = reader.integer();
  const long waiting = reader.integer();
  const std::vector<double> rows = reader.numbers();
  reader.end();
  const long columns = factor.columns();
  const bool sane = row_block >= 1 && waiting >= 0 && waiting < row_block && waiting <= static_cast<long>(rows.size()) &&
                    static_cast<long>(rows.size()) == waiting * columns;
  if (!sane) throw InputError("a row stream of " + std::to_string(bytes.size()) + " bytes is damaged");
  require_finite(rows, columns);
  RowStream stream(std::move(factor), row_block);
  if (waiting > 0) stream.work_ = Matrix(row_block + columns, columns);
  for (long j = 0; j < columns && waiting > 0; ++j)
    std::copy_n(rows.begin() + j * waiting, waiting, stream.work_.column(j).begin());
  stream.waiting_ = waiting;
  return stream;
}

}  // namespace carillon
