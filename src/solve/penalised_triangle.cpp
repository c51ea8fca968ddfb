#include "carillon/solve/penalised_triangle.hpp"

#include <algorithm>
#include <vector>

#include "carillon/solve/staircase_qr.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

/// Where rows of R and rows of the penalty go, by the column they begin in.
struct Places {
  std::vector<long> data, penalty, first_column;

  Places(long data_rows, std::span<const long> columns) {
    const long count = static_cast<long>(columns.size());
    long row = 0;
    for (long k = 0; k < count; ++k) {
      // Rows of R up to the diagonal of this column; what begins earlier has gone before.
      for (; row < data_rows && row <= columns[static_cast<Index>(k)]; ++row) place(data, k);
      place(penalty, k);
    }
  }

private:
  void place(std::vector<long>& list, long begins_in) {
    list.push_back(static_cast<long>(first_column.size()));
    first_column.push_back(begins_in);
  }
};

/// @param entries  entries(j): column j of R down to its diagonal
template <class Entries>
Matrix reduce(long data_rows, const PenalisedColumns& choice, const Entries& entries) {
  const long count = static_cast<long>(choice.columns.size());
  const long width = count + static_cast<long>(choice.beside.size());
  const Places places(data_rows, choice.columns);
  Matrix stack(static_cast<long>(places.first_column.size()), width);
  for (long k = 0; k < width; ++k) {
    const bool penalised = k < count;
    const std::span<const double> from =
        entries(penalised ? choice.columns[static_cast<Index>(k)] : choice.beside[static_cast<Index>(k - count)]);
    const std::span<double> to = stack.column(k);
    for (Index i = 0; i < std::min(from.size(), places.data.size()); ++i) to[static_cast<Index>(places.data[i])] = from[i];
    if (penalised) to[static_cast<Index>(places.penalty[static_cast<Index>(k)])] = choice.penalty[static_cast<Index>(k)];
  }
  if (count > 0) staircase_qr(stack.view(), places.first_column);
  Matrix out(count, width);
  for (long i = 0; i < count; ++i) {
    const double sign = stack(i, i) < 0.0 ? -1.0 : 1.0;
    for (long k = i; k < width; ++k) out(i, k) = sign * stack(i, k);
  }
  return out;
}

}  // namespace

Matrix penalised_triangle(MatrixView triangle, const PenalisedColumns& choice) {
  return reduce(triangle.rows, choice, [&](long j) {
    return std::span<const double>(triangle.column(j), static_cast<Index>(std::min(j + 1, triangle.rows)));
  });
}

Matrix penalised_triangle(const TriangularFactor& factor, const PenalisedColumns& choice) {
  return reduce(factor.stored_rows(), choice, [&](long j) { return factor.column(j); });
}

}  // namespace carillon
