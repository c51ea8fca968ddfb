#include "carillon/solve/fixed_columns.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/solve/staircase_qr.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

void require_sound(const TriangularFactor& factor, std::span<const long> columns, std::span<const double> values) {
  if (columns.size() != values.size())
    throw ShapeError(std::to_string(values.size()) + " values for " + std::to_string(columns.size()) + " fixed columns");
  for (Index k = 0; k < columns.size(); ++k) {
    const long low = k == 0 ? 0 : columns[k - 1] + 1;
    if (columns[k] < low || columns[k] >= factor.unknowns())
      throw DomainError("fixed column " + std::to_string(columns[k]) + " is not an unknown, or not in ascending order");
    if (!std::isfinite(values[k]))
      throw DomainError("column " + std::to_string(columns[k]) + " is fixed at a number that is not finite");
  }
}

/// b - A_fixed values, in the rows of R.
std::vector<double> remaining_target(const TriangularFactor& factor, std::span<const long> columns,
                                     std::span<const double> values) {
  const std::span<const double> b = factor.column(factor.unknowns());
  std::vector<double> target(b.begin(), b.end());
  for (Index k = 0; k < columns.size(); ++k) {
    const std::span<const double> column = factor.column(columns[k]);
    for (Index i = 0; i < column.size(); ++i) target[i] -= values[k] * column[i];
  }
  return target;
}

/// The first `kept` columns of R stay as they are; what of the target lies below their triangle becomes one entry.
TriangularFactor with_leading_columns(const TriangularFactor& factor, long kept, std::vector<double> target) {
  if (static_cast<long>(target.size()) > kept) {
    const auto below = target.begin() + kept;
    const double tail = std::sqrt(std::inner_product(below, target.end(), below, 0.0));
    target.resize(static_cast<Index>(kept));
    target.push_back(tail);
  }
  const long stored_rows = std::min(factor.stored_rows(), kept + 1);
  const std::span<const double> packed = factor.packed();
  LargeVector leading(packed.begin(),
                      packed.begin() + static_cast<std::ptrdiff_t>(TriangularFactor::packed_size(kept, stored_rows)));
  leading.insert(leading.end(), target.begin(), target.end());
  return TriangularFactor::from_packed(kept + 1, factor.row_count(), stored_rows, std::move(leading));
}

/// R of a staircase of rows.
TriangularFactor reduced(Matrix work, const std::vector<long>& first_column, long row_count) {
  staircase_qr(work.view(), first_column);
  const long columns = work.columns();
  const long stored_rows = std::min(work.rows(), columns);
  LargeVector packed;
  packed.reserve(TriangularFactor::packed_size(columns, stored_rows));
  for (long j = 0; j < columns; ++j)
    for (long i = 0; i < std::min(j + 1, stored_rows); ++i) packed.push_back(work(i, i) < 0.0 ? -work(i, j) : work(i, j));
  return TriangularFactor::from_packed(columns, row_count, stored_rows, std::move(packed));
}

void copy_column(std::span<const double> from, std::span<double> to) { std::copy(from.begin(), from.end(), to.begin()); }

}  // namespace

TriangularFactor fix_columns(const TriangularFactor& factor, std::span<const long> columns, std::span<const double> values) {
  require_sound(factor, columns, values);
  std::vector<long> kept;
  for (long j = 0; j < factor.unknowns(); ++j)
    if (!std::binary_search(columns.begin(), columns.end(), j)) kept.push_back(j);
  std::vector<double> target = remaining_target(factor, columns, values);
  const long count = static_cast<long>(kept.size());
  if (kept.empty() || kept.back() == count - 1) return with_leading_columns(factor, count, std::move(target));

  Matrix work(factor.stored_rows(), count + 1);
  for (long k = 0; k < count; ++k) copy_column(factor.column(kept[static_cast<Index>(k)]), work.column(k));
  copy_column(target, work.column(count));
  std::vector<long> first_column;
  for (long i = 0; i < work.rows(); ++i) first_column.push_back(std::lower_bound(kept.begin(), kept.end(), i) - kept.begin());
  return reduced(std::move(work), first_column, factor.row_count());
}

TriangularFactor place_columns(const TriangularFactor& factor, long unknowns, std::span<const long> position) {
  if (static_cast<long>(position.size()) != factor.unknowns())
    throw ShapeError(std::to_string(position.size()) + " positions for " + std::to_string(factor.unknowns()) + " unknowns");
  std::vector<bool> taken(static_cast<Index>(std::max(unknowns, 0L)), false);
  for (const long place : position) {
    if (place < 0 || place >= unknowns || taken[static_cast<Index>(place)])
      throw DomainError("position " + std::to_string(place) + " of " + std::to_string(unknowns) +
                        " is out of range or taken twice");
    taken[static_cast<Index>(place)] = true;
  }
  Matrix work(factor.stored_rows(), unknowns + 1);
  for (long j = 0; j < factor.unknowns(); ++j) copy_column(factor.column(j), work.column(position[static_cast<Index>(j)]));
  copy_column(factor.column(factor.unknowns()), work.column(unknowns));

  // Row i holds the unknowns from i on, so it begins at the foremost of their places.
  std::vector<long> first_column(static_cast<Index>(work.rows()), unknowns);
  long foremost = unknowns;
  for (long i = factor.unknowns() - 1; i >= 0; --i) {
    foremost = std::min(foremost, position[static_cast<Index>(i)]);
    if (i < work.rows()) first_column[static_cast<Index>(i)] = foremost;
  }
  return reduced(std::move(work), first_column, factor.row_count());
}

}  // namespace carillon
