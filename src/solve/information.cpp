#include "carillon/solve/information.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/lapack.hpp"

namespace carillon {
namespace {

constexpr long column_tile = 64;
constexpr long inner_block = 24;

/// The triangle as a factor whose right-hand side is nothing: only its columns matter here.
TriangularFactor factor_of(const Matrix& triangle) {
  const long n = triangle.columns();
  LargeVector packed;
  packed.reserve(TriangularFactor::packed_size(n + 1, n));
  for (long k = 0; k < n; ++k) packed.insert(packed.end(), triangle.column(k).begin(), triangle.column(k).begin() + k + 1);
  packed.resize(TriangularFactor::packed_size(n + 1, n), 0.0);
  return TriangularFactor::from_packed(n + 1, n, n, std::move(packed));
}

}  // namespace

Information::Information(const Posterior& known)
    : unknowns_(known.unknowns()), varying_(known.varying()), factor_(factor_of(known.triangle())), triangle_(known.triangle()) {}

Matrix Information::varying_part(const Matrix& rows) const {
  if (rows.rows() != unknowns_)
    throw ShapeError("rows of " + std::to_string(rows.rows()) + " entries where " + std::to_string(unknowns_) +
                     " unknowns are known of");
  Matrix part(static_cast<long>(varying_.size()), rows.columns());
  for (long l = 0; l < rows.columns(); ++l)
    for (std::size_t k = 0; k < varying_.size(); ++k) part.column(l)[k] = rows.column(l)[static_cast<std::size_t>(varying_[k])];
  return part;
}

Matrix Information::whitened(const Matrix& rows) const {
  Matrix out = varying_part(rows);
  if (out.rows() == 0) return out;
  const long tiles = (out.columns() + column_tile - 1) / column_tile;
  parallel_for(tiles, [&](long tile) {
    const long begin = tile * column_tile;
    lapack::upper_solve(triangle_.view(), lapack::Op::transposed,
                        out.block(0, begin, out.rows(), std::min(column_tile, out.columns() - begin)));
  });
  return out;
}

std::vector<double> Information::leverages(const Matrix& rows) const {
  const Matrix white = whitened(rows);
  std::vector<double> out;
  for (long l = 0; l < white.columns(); ++l) {
    const std::span<const double> column = white.column(l);
    out.push_back(std::inner_product(column.begin(), column.end(), column.begin(), 0.0));
  }
  return out;
}

double Information::gain(const Matrix& rows) const {
  // det(I + X'X) from the triangle of [X; I]: no product is formed, whatever the sizes of its columns.
  const Matrix white = whitened(rows);
  const long count = white.columns();
  if (count == 0 || white.rows() == 0) return 0.0;
  Matrix stack(white.rows() + count, count);
  for (long l = 0; l < count; ++l) {
    std::copy(white.column(l).begin(), white.column(l).end(), stack.column(l).begin());
    stack(white.rows() + l, l) = 1.0;
  }
  std::vector<double> tau(static_cast<std::size_t>(count));
  lapack::householder_qr(stack.view(), inner_block, tau);
  double sum = 0.0;
  for (long l = 0; l < count; ++l) sum += 2.0 * std::log(std::abs(stack(l, l)));
  return sum;
}

void Information::add(const Matrix& rows) {
  const Matrix part = varying_part(rows);
  const auto columns = static_cast<std::size_t>(part.rows()) + 1;
  std::vector<double> flat(columns * static_cast<std::size_t>(part.columns()), 0.0);
  for (long l = 0; l < part.columns(); ++l)
    std::copy(part.column(l).begin(), part.column(l).end(), flat.begin() + l * static_cast<std::ptrdiff_t>(columns));
  factor_.absorb(flat, part.columns());
  triangle_ = Matrix(part.rows(), part.rows());
  for (long k = 0; k < part.rows(); ++k) {
    const std::span<const double> from = factor_.column(k);
    std::copy(from.begin(), from.end(), triangle_.column(k).begin());
  }
}

}  // namespace carillon
