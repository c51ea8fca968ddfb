#include "carillon/solve/standard_form.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/lapack.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

StandardForm::StandardForm(const TriangularFactor& factor, const Prior& prior) : prior_(prior) {
  if (static_cast<long>(prior.weight.size()) != factor.unknowns() || prior.mean.size() != prior.weight.size())
    throw ShapeError("a prior for " + std::to_string(prior.weight.size()) + " unknowns does not fit a factor of " +
                     std::to_string(factor.unknowns()));
  sort_columns(factor, prior);
  fill(factor);
  if (!free_.empty()) eliminate_free(factor);
  parallel_for_strips(size(), [&](long begin, long end) {
    for (long k = begin; k < end; ++k) {
      const double scale = 1.0 / prior_.weight[static_cast<Index>(penalised_[static_cast<Index>(k)])];
      // The zeros below are left alone, so that who fills them takes their memory first.
      for (double& x : work_.column(k).first(static_cast<Index>(free_rank_ + rows_begun(k)))) x *= scale;
    }
  });
}

void StandardForm::sort_columns(const TriangularFactor& factor, const Prior& prior) {
  for (long j = 0; j < factor.unknowns(); ++j) {
    const std::span<const double> entries = factor.column(j);
    const bool empty = std::all_of(entries.begin(), entries.end(), [](double x) { return x == 0.0; });
    if (empty)
      ++zero_columns_;
    else
      (prior.weight[static_cast<Index>(j)] > 0.0 ? penalised_ : free_).push_back(j);
  }
}

void StandardForm::fill(const TriangularFactor& factor) {
  const long n = factor.unknowns();
  const long data_rows = std::min(factor.stored_rows(), n);
  const long spare = static_cast<long>(free_.size());  // the eliminated rows must not leave M with too few
  work_ = Matrix(std::max(data_rows, size() + std::min(spare, data_rows)), size() + 1);
  parallel_for_strips(size(), [&](long begin, long end) {
    for (long k = begin; k < end; ++k) {
      const std::span<const double> entries = factor.column(penalised_[static_cast<Index>(k)]);
      std::copy(entries.begin(), entries.end(), work_.column(k).begin());
    }
  });
  const std::span<const double> target = factor.column(n);
  const std::span<double> z = work_.column(size());
  std::copy_n(target.begin(), data_rows, z.begin());
  if (factor.stored_rows() > n) outside_ = target.back() * target.back();
  for (long j = 0; j < n; ++j) {
    const double mean = prior_.mean[static_cast<Index>(j)];
    const std::span<const double> entries = factor.column(j);
    if (mean != 0.0)
      for (Index i = 0; i < entries.size(); ++i) z[i] -= mean * entries[i];
  }
  first_column_.resize(static_cast<Index>(work_.rows()));
  for (long i = 0; i < work_.rows(); ++i)
    first_column_[static_cast<Index>(i)] = std::lower_bound(penalised_.begin(), penalised_.end(), i) - penalised_.begin();
}

void StandardForm::eliminate_free(const TriangularFactor& factor) {
  const long count = free_columns();
  Matrix columns(work_.rows(), count);
  std::vector<double> norms;
  for (long k = 0; k < count; ++k) {
    const std::span<const double> entries = factor.column(free_[static_cast<Index>(k)]);
    norms.push_back(std::sqrt(dot(entries, entries)));
    std::transform(entries.begin(), entries.end(), columns.column(k).begin(), [&](double x) { return x / norms.back(); });
  }
  std::vector<double> tau(static_cast<Index>(std::min(columns.rows(), count)));
  std::vector<long> order(static_cast<Index>(count));
  lapack::pivoted_qr(columns.view(), tau, order);
  const double tolerance = 10.0 * static_cast<double>(std::max(columns.rows(), count)) * std::numeric_limits<double>::epsilon();
  while (free_rank_ < static_cast<long>(tau.size()) && std::abs(columns(free_rank_, free_rank_)) > tolerance) ++free_rank_;
  lapack::apply_q_transposed(columns.block(0, 0, columns.rows(), free_rank_), tau, work_.view());
  free_block_ = Matrix(free_rank_, count);
  for (long k = 0; k < count; ++k) {
    const Index original = static_cast<Index>(order[static_cast<Index>(k)]);
    for (long i = 0; i <= std::min(k, free_rank_ - 1); ++i)
      free_block_(i, static_cast<long>(original)) = columns(i, k) * norms[original];
  }
  first_column_.assign(static_cast<Index>(work_.rows() - free_rank_), 0L);  // the reflectors fill M's rows
}

Matrix StandardForm::coefficients(const Matrix& y) const {
  if (y.rows() != size())
    throw ShapeError("a solution of " + std::to_string(y.rows()) + " unknowns, not " + std::to_string(size()));
  Matrix out(static_cast<long>(prior_.mean.size()), y.columns());
  for (long l = 0; l < y.columns(); ++l) {
    std::copy(prior_.mean.begin(), prior_.mean.end(), out.column(l).begin());
    for (long k = 0; k < size(); ++k) {
      const long j = penalised_[static_cast<Index>(k)];
      out(j, l) += y(k, l) / prior_.weight[static_cast<Index>(j)];
    }
  }
  if (free_rank_ > 0) set_free_coefficients(y, out);
  return out;
}

void StandardForm::set_free_coefficients(const Matrix& y, Matrix& out) const {
  Matrix right(free_rank_, y.columns());
  for (long l = 0; l < y.columns(); ++l) std::copy_n(work_.column(size()).begin(), free_rank_, right.column(l).begin());
  if (size() > 0)
    lapack::multiply(-1.0, work_.view().block(0, 0, free_rank_, size()), lapack::Op::plain, y.view(), lapack::Op::plain, 1.0,
                     right.view());
  for (long l = 0; l < y.columns(); ++l) {
    Matrix block = free_block_;
    std::vector<double> step(static_cast<Index>(free_columns()), 0.0);
    std::copy(right.column(l).begin(), right.column(l).end(), step.begin());
    lapack::minimum_norm_solve(block.view(), 0.0, step);  // the rank is known: all rows count
    for (long k = 0; k < free_columns(); ++k) out(free_[static_cast<Index>(k)], l) += step[static_cast<Index>(k)];
  }
}

}  // namespace carillon
