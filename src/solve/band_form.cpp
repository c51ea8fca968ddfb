#include "carillon/solve/band_form.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/block_reflector.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/tiles.hpp"

namespace carillon {
namespace {

using lapack::Op;
using Index = std::size_t;

constexpr long inner_block = 16;
constexpr long narrowest_tile = 64;
constexpr long widest_tile = 256;

void copy_transposed(MatrixView from, MatrixView to) {
  for (long j = 0; j < from.columns; ++j)
    for (long i = 0; i < from.rows; ++i) to(j, i) = from(i, j);
}

void copy(MatrixView from, MatrixView to) {
  for (long j = 0; j < from.columns; ++j) std::copy_n(from.column(j), from.rows, to.column(j));
}

/// c = Q' c, by tiles of columns; `meanwhile` runs as soon as the first rows, as many as Q has reflectors, are done.
template <class Work>
void apply_left_beside(const BlockReflector& q, MatrixView c, MatrixView workspace, const Work& meanwhile) {
  const Tiles tiles(c.columns, narrowest_tile, widest_tile);
  const auto subtract = [&](long tile, long from, long count) {
    const MatrixView w = workspace.block(0, tiles.begin(tile), q.count(), tiles.size(tile));
    const MatrixView rows = c.block(from, tiles.begin(tile), count, tiles.size(tile));
    if (count > 0) lapack::multiply(-1.0, q.v().block(from, 0, count, q.count()), Op::plain, w, Op::plain, 1.0, rows);
  };
  parallel_for(tiles.number(), [&](long tile) {
    project_left(q, c.block(0, tiles.begin(tile), c.rows, tiles.size(tile)),
                 workspace.block(0, tiles.begin(tile), q.count(), tiles.size(tile)));
    subtract(tile, 0, q.count());
  });
  parallel_for(tiles.number() + 1,
               [&](long task) { task == 0 ? meanwhile() : subtract(task - 1, q.count(), c.rows - q.count()); });
}

/// c = c Q, by tiles of rows; `meanwhile` runs as soon as the first `wanted` columns are done.
template <class Work>
void apply_right_beside(const BlockReflector& q, MatrixView c, long wanted, MatrixView workspace, const Work& meanwhile) {
  const Tiles tiles(c.rows, narrowest_tile, widest_tile);
  const auto subtract = [&](long tile, long from, long count) {
    const MatrixView w = workspace.block(0, tiles.begin(tile), q.count(), tiles.size(tile));
    const MatrixView columns = c.block(tiles.begin(tile), from, tiles.size(tile), count);
    if (count > 0)
      lapack::multiply(-1.0, w, Op::transposed, q.v().block(from, 0, count, q.count()), Op::transposed, 1.0, columns);
  };
  parallel_for(tiles.number(), [&](long tile) {
    project_right(q, c.block(tiles.begin(tile), 0, tiles.size(tile), c.columns),
                  workspace.block(0, tiles.begin(tile), q.count(), tiles.size(tile)));
    subtract(tile, 0, wanted);
  });
  parallel_for(tiles.number() + 1, [&](long task) { task == 0 ? meanwhile() : subtract(task - 1, wanted, c.columns - wanted); });
}

double trace(MatrixView a) {
  double sum = 0.0;
  for (long i = 0; i < a.rows; ++i) sum += a(i, i);
  return sum;
}

/// The triangle of [B; sqrt(lambda) I], block bidiagonal like B itself, and what becomes of the right-hand side.
struct RegularisedBand {
  Matrix diagonal, upper;
  std::vector<double> target;
};

/// y = R^-1 target, from the last block up.
std::vector<double> back_substitute(const RegularisedBand& r, long size, long block) {
  std::vector<double> y = r.target;
  for (long begin = (size - 1) / block * block; begin >= 0; begin -= block) {
    const long width = std::min(block, size - begin);
    const long next = begin + width;
    const long next_width = std::min(block, size - next);
    if (next_width > 0)
      lapack::multiply(-1.0, r.upper.view().block(0, next, width, next_width), Op::plain, y.data() + next, 1.0, y.data() + begin);
    lapack::upper_solve(r.diagonal.view().block(0, begin, width, width), Op::plain, {y.data() + begin, width, 1, width});
  }
  return y;
}

/// trace (R'R)^-1. The diagonal blocks Z of (R'R)^-1 = R^-1 R^-T follow from the last one up:
/// Z_k = R_kk^-1 (I + R_k,k+1 Z_k+1 R_k,k+1') R_kk^-T.
double trace_of_inverse(const RegularisedBand& r, long size, long block) {
  Matrix z, below;
  double sum = 0.0;
  for (long begin = (size - 1) / block * block; begin >= 0; begin -= block) {
    const long width = std::min(block, size - begin);
    const long next = begin + width;
    const long next_width = std::min(block, size - next);
    below = std::exchange(z, Matrix(width, width));
    for (long i = 0; i < width; ++i) z(i, i) = 1.0;
    if (next_width > 0) {
      const MatrixView upper = r.upper.view().block(0, next, width, next_width);
      Matrix product(width, next_width);
      lapack::multiply(1.0, upper, Op::plain, below.view(), Op::plain, 0.0, product.view());
      lapack::multiply(1.0, product.view(), Op::plain, upper, Op::transposed, 1.0, z.view());
    }
    const MatrixView diagonal = r.diagonal.view().block(0, begin, width, width);
    lapack::upper_solve(diagonal, Op::plain, z.view());
    Matrix turned(width, width);
    copy_transposed(z.view(), turned.view());
    lapack::upper_solve(diagonal, Op::plain, turned.view());
    z = std::move(turned);
    sum += trace(z.view());
  }
  return sum;
}

/// log det (R'R / lambda), term by term: the factors themselves span hundreds of decades.
double log_determinant(const RegularisedBand& r, long size, long block, double lambda) {
  double sum = 0.0;
  for (long j = 0; j < size; ++j) sum += 2.0 * std::log(std::abs(r.diagonal(j % block, j))) - std::log(lambda);
  return sum;
}

}  // namespace

struct BandForm::BandSolution {
  std::vector<double> y;
  double squared_residual = 0.0;
  double degrees_of_freedom = 0.0;
  double log_determinant = 0.0;
};

BandForm::BandForm(StandardForm form)
    : form_(std::move(form)),
      size_(form_.size()),
      outside_(form_.outside()),
      diagonal_(block_width, size_),
      upper_(block_width, size_),
      right_t_(block_width, size_),
      target_(static_cast<Index>(size_)) {
  take_pages();
  if (size_ > 0) reduce();
  const MatrixView rows = form_.rows();
  const double* z = rows.column(size_);
  std::copy_n(z, size_, target_.begin());
  for (long i = size_; i < rows.rows; ++i) outside_ += z[i] * z[i];
}

long BandForm::width_at(long begin) const { return std::min(block_width, size_ - begin); }

// The reflectors fill the rows below the triangle, which nothing has touched yet. Reading a fresh page before it is written makes
// the system map it twice and, the second time, interrupt every other thread: a second of CPU time in a fit of 3,747 unknowns.
void BandForm::take_pages() {
  const MatrixView rows = form_.rows();
  parallel_for_strips(size_, [&](long begin, long end) {
    for (long j = begin; j < end; ++j) std::fill(rows.column(j) + form_.rows_begun(j), rows.column(j) + rows.rows, 0.0);
  });
}

// One panel from the left, one from the right, and so on. Factoring a panel keeps one thread busy; that of the next panel goes on
// beside the bulk of the update, whose first rows (or columns) are brought up to date before the others for its sake.
void BandForm::reduce() {
  const MatrixView rows = form_.rows();
  BlockReflector left(rows.rows, block_width);
  BlockReflector right(size_, block_width);
  Matrix workspace(block_width, std::max(rows.rows, size_ + 1));
  Matrix turned(size_, block_width);
  left.factor(rows.block(0, 0, rows.rows, width_at(0)));
  for (long begin = 0;; begin += block_width) {
    const long width = width_at(begin);
    const long rest = begin + width;
    save_diagonal_block(begin, width);
    const MatrixView beside = rows.block(begin, rest, rows.rows - begin, size_ + 1 - rest);
    const MatrixView panel{turned.view().data, size_ - rest, width, size_ - rest};
    apply_left_beside(left, beside, workspace.view(), [&] {
      if (rest >= size_) return;
      copy_transposed(beside.block(0, 0, width, size_ - rest), panel);
      right.factor(panel);
    });
    if (rest >= size_) break;

    save_upper_block(begin, panel);
    apply_right_beside(right, rows.block(rest, rest, rows.rows - rest, size_ - rest), width_at(rest), workspace.view(),
                       [&] { left.factor(rows.block(rest, rest, rows.rows - rest, width_at(rest))); });
    // The left reflectors of this step are no longer needed, and those from the right are just as tall.
    copy(right.v(), rows.block(rest, begin, size_ - rest, right.count()));
    copy(right.t(), right_t_.block(0, begin, right.count(), right.count()));
  }
}

void BandForm::save_diagonal_block(long begin, long width) {
  const MatrixView rows = form_.rows();
  for (long j = 0; j < width; ++j)
    for (long i = 0; i <= j; ++i) diagonal_(i, begin + j) = rows(begin + i, begin + j);
}

void BandForm::save_upper_block(long begin, MatrixView transposed) {
  const long next = begin + transposed.columns;
  for (long i = 0; i < transposed.columns; ++i)
    for (long j = 0; j <= std::min(i, transposed.rows - 1); ++j) upper_(i, next + j) = transposed(j, i);
}

BandForm::BandSolution BandForm::solve(double lambda) const {
  RegularisedBand r{Matrix(block_width, size_), Matrix(block_width, size_), std::vector<double>(static_cast<Index>(size_))};
  // What the prior's rows of earlier blocks have become in the columns of this block: at most a block's width of rows.
  Matrix carried(block_width, block_width + 1);
  long carried_rows = 0;
  for (long begin = 0; begin < size_; begin += block_width) {
    const long width = width_at(begin);
    const long next = begin + width;
    const long next_width = width_at(next);
    const long columns = width + next_width + 1;
    Matrix stack(2 * width + carried_rows, columns);
    copy(diagonal_.view().block(0, begin, width, width), stack.view());
    copy(upper_.view().block(0, next, width, next_width), stack.block(0, width, width, next_width));
    std::copy_n(target_.begin() + begin, width, stack.column(columns - 1).begin());
    copy(carried.block(0, 0, carried_rows, width), stack.block(width, 0, carried_rows, width));
    copy(carried.block(0, block_width, carried_rows, 1), stack.block(width, columns - 1, carried_rows, 1));
    for (long i = 0; i < width; ++i) stack(width + carried_rows + i, i) = std::sqrt(lambda);

    std::vector<double> tau(static_cast<Index>(std::min(stack.rows(), columns)));
    lapack::householder_qr(stack.view(), inner_block, tau);
    for (long j = 0; j < width; ++j) std::copy_n(stack.column(j).begin(), j + 1, r.diagonal.column(begin + j).begin());
    for (long j = 0; j < next_width; ++j) std::copy_n(stack.column(width + j).begin(), width, r.upper.column(next + j).begin());
    std::copy_n(stack.column(columns - 1).begin(), width, r.target.begin() + begin);

    carried_rows = std::min(next_width, stack.rows() - width);
    carried = Matrix(block_width, block_width + 1);
    for (long j = 0; j < next_width; ++j)
      for (long i = 0; i <= std::min(j, carried_rows - 1); ++i) carried(i, j) = stack(width + i, width + j);
    for (long i = 0; i < carried_rows; ++i) carried(i, block_width) = stack(width + i, columns - 1);
  }
  BandSolution out;
  out.y = back_substitute(r, size_, block_width);
  out.squared_residual = outside_ + squared_misfit(out.y);
  out.degrees_of_freedom = static_cast<double>(size_) - lambda * trace_of_inverse(r, size_, block_width);
  out.log_determinant = log_determinant(r, size_, block_width, lambda);
  return out;
}

double BandForm::squared_misfit(std::span<const double> y) const {
  double sum = 0.0;
  for (long begin = 0; begin < size_; begin += block_width) {
    const long width = width_at(begin);
    const long next = begin + width;
    std::vector<double> misfit(target_.begin() + begin, target_.begin() + next);
    lapack::multiply(1.0, diagonal_.view().block(0, begin, width, width), Op::plain, y.data() + begin, -1.0, misfit.data());
    if (width_at(next) > 0)
      lapack::multiply(1.0, upper_.view().block(0, next, width, width_at(next)), Op::plain, y.data() + next, 1.0, misfit.data());
    for (const double x : misfit) sum += x * x;
  }
  return sum;
}

void BandForm::apply_right_basis(Matrix& y) const {
  const long last = (size_ - 1) / block_width * block_width;
  for (long begin = last - block_width; begin >= 0; begin -= block_width) {
    const long rest = begin + block_width;
    const long count = std::min(block_width, size_ - rest);
    const MatrixView v = form_.used_rows().block(rest, begin, size_ - rest, count);
    apply_left(v, right_t_.view().block(0, begin, count, count), y.block(rest, 0, size_ - rest, y.columns()));
  }
}

std::vector<double> BandForm::singular_values() const {
  Matrix band(block_width + 1, size_);
  for (long j = 0; j < size_; ++j) {
    const long begin = j / block_width * block_width;
    for (long i = begin; i <= j; ++i) band(block_width + i - j, j) = diagonal_(i - begin, j);
    for (long i = j - block_width; begin > 0 && i < begin; ++i) band(block_width + i - j, j) = upper_(i - begin + block_width, j);
  }
  std::vector<double> values(static_cast<Index>(size_));
  lapack::band_singular_values(band.view(), values);
  return values;
}

BandForm::Path BandForm::path(std::span<const double> lambdas, std::vector<double>* singular_values) const {
  for (const double lambda : lambdas)
    if (!(lambda > 0.0) || !std::isfinite(lambda))
      throw DomainError("lambda " + std::to_string(lambda) + " of a path is not a number > 0");
  const long count = static_cast<long>(lambdas.size());
  Path path{Matrix(size_, count), std::vector<double>(lambdas.size(), outside_), std::vector<double>(lambdas.size(), 0.0),
            std::vector<double>(lambdas.size(), 0.0)};
  if (size_ == 0) return path;
  // The longest piece of work first.
  parallel_for(count + 1, [&](long task) {
    if (task == 0) {
      if (singular_values) *singular_values = this->singular_values();
      return;
    }
    const long l = task - 1;
    const Index place = static_cast<Index>(l);
    const BandSolution solution = solve(lambdas[place]);
    std::copy(solution.y.begin(), solution.y.end(), path.y.column(l).begin());
    path.squared_residual[place] = solution.squared_residual;
    path.degrees_of_freedom[place] = solution.degrees_of_freedom;
    path.log_determinant[place] = solution.log_determinant;
  });
  apply_right_basis(path.y);
  return path;
}

}  // namespace carillon
