#include "carillon/solve/block_reflector.hpp"

#include <algorithm>
#include <vector>

#include "carillon/solve/lapack.hpp"

namespace carillon {
namespace {

using lapack::Op;

// Columns factored at a time inside a panel; 16 to 32 are within 3 % of each other.
constexpr long inner_block = 24;

MatrixView workspace(std::vector<double>& storage, long rows, long columns) {
  storage.resize(static_cast<std::size_t>(rows * columns));
  return {storage.data(), rows, columns, rows};
}

}  // namespace

BlockReflector::BlockReflector(long most_rows, long most_columns)
    : v_(most_rows, most_columns), t_(most_columns, most_columns), products_(most_columns, most_columns) {}

void BlockReflector::factor(MatrixView panel) {
  rows_ = panel.rows;
  count_ = std::min(panel.rows, panel.columns);
  std::vector<double> tau(static_cast<std::size_t>(count_));
  lapack::householder_qr(panel, inner_block, tau);
  const MatrixView out = v();
  for (long c = 0; c < count_; ++c) {
    std::fill_n(out.column(c), c, 0.0);
    out(c, c) = 1.0;
    std::copy_n(panel.column(c) + c + 1, rows_ - c - 1, out.column(c) + c + 1);
  }
  build_t(tau);
}

void BlockReflector::build_t(std::span<const double> tau) {
  // LAPACK's dlarft, column by column, with V'V made by one fast product. Not by inverting V'V: tau may be 0.
  const MatrixView out = t();
  const MatrixView s{products_.view().data, count_, count_, count_};
  lapack::inner_products(v(), s);
  for (long c = 0; c < count_; ++c) {
    const double scale = tau[static_cast<std::size_t>(c)];
    std::fill_n(out.column(c), count_, 0.0);
    for (long i = 0; i < c; ++i) out(i, c) = -scale * s(i, c);
    if (c > 0) lapack::upper_multiply(out.block(0, 0, c, c), Op::plain, out.block(0, c, c, 1));
    out(c, c) = scale;
  }
}

void apply_transposed_left(const BlockReflector& q, MatrixView c) {
  if (c.columns == 0 || q.count() == 0) return;
  std::vector<double> storage;
  const MatrixView w = workspace(storage, q.count(), c.columns);
  project_left(q, c, w);
  lapack::multiply(-1.0, q.v(), Op::plain, w, Op::plain, 1.0, c);
}

void apply_left(MatrixView v, MatrixView t, MatrixView c) {
  if (c.columns == 0 || v.columns == 0) return;
  std::vector<double> storage;
  const MatrixView w = workspace(storage, v.columns, c.columns);
  lapack::multiply(1.0, v, Op::transposed, c, Op::plain, 0.0, w);
  lapack::upper_multiply(t, Op::plain, w);
  lapack::multiply(-1.0, v, Op::plain, w, Op::plain, 1.0, c);
}

void project_left(const BlockReflector& q, MatrixView c, MatrixView w) {
  if (w.rows == 0 || w.columns == 0) return;
  lapack::multiply(1.0, q.v(), Op::transposed, c, Op::plain, 0.0, w);
  lapack::upper_multiply(q.t(), Op::transposed, w);
}

void project_right(const BlockReflector& q, MatrixView c, MatrixView w) {
  if (w.rows == 0 || w.columns == 0) return;
  lapack::multiply(1.0, q.v(), Op::transposed, c, Op::transposed, 0.0, w);
  lapack::upper_multiply(q.t(), Op::transposed, w);
}

}  // namespace carillon
