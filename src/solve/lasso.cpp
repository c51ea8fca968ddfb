#include "carillon/solve/lasso.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "carillon/core/error.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/triangle.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

std::vector<long> triangle_lengths(long size) {
  std::vector<long> lengths(static_cast<Index>(size));
  std::iota(lengths.begin(), lengths.end(), 1L);
  return lengths;
}

double require_l2(double l2) {
  if (!(l2 >= 0.0) || !std::isfinite(l2)) throw DomainError("l2 " + std::to_string(l2) + " is not a number >= 0");
  return l2;
}

double dot(std::span<const double> a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// b - A c in the factor's rows.
std::vector<double> residual(const TriangularFactor& factor, std::span<const double> coefficients) {
  std::vector<double> left(static_cast<Index>(factor.stored_rows()), 0.0);
  const auto add = [&](double share, std::span<const double> column) {
    for (Index i = 0; i < column.size(); ++i) left[i] += share * column[i];
  };
  add(1.0, factor.column(factor.unknowns()));
  for (long j = 0; j < factor.unknowns(); ++j) add(-coefficients[static_cast<Index>(j)], factor.column(j));
  return left;
}

}  // namespace

LassoPath::LassoPath(const TriangularFactor& factor, const Prior& prior, double l2, const LarsOptions& options)
    : l2_(require_l2(l2)),
      form_(factor, prior),
      triangle_(triangularise(form_)),
      augmented_(l2 > 0.0 ? regularised_triangle(triangle_, l2) : Matrix()),
      lars_(rows(), triangle_lengths(form_.size()), options) {}

Matrix LassoPath::coefficients(std::span<const double> levels) const {
  Matrix y(form_.size(), static_cast<long>(levels.size()));
  for (Index l = 0; l < levels.size(); ++l) {
    const std::vector<double> at = lars_.at(levels[l]);
    std::copy(at.begin(), at.end(), y.column(static_cast<long>(l)).begin());
  }
  return form_.coefficients(y);
}

std::vector<long> LassoPath::active(double level) const {
  const std::vector<double> y = lars_.at(level);
  std::vector<long> places;
  for (Index k = 0; k < y.size(); ++k)
    if (y[k] != 0.0) places.push_back(static_cast<long>(k));
  return places;
}

Matrix LassoPath::active_triangle(double level) const {
  const std::vector<long> places = active(level);
  const long count = static_cast<long>(places.size());
  const MatrixView from = rows();
  Matrix columns(form_.size(), count);
  for (long k = 0; k < count; ++k) {
    const long j = places[static_cast<Index>(k)];
    std::copy_n(from.column(j), j + 1, columns.column(k).begin());
  }
  std::vector<double> tau(static_cast<Index>(count));
  lapack::householder_qr(columns.view(), 32, tau);
  Matrix triangle(count, count);
  for (long k = 0; k < count; ++k) std::copy_n(columns.column(k).begin(), k + 1, triangle.column(k).begin());
  return triangle;
}

double LassoPath::degrees_of_freedom(double level) const {
  if (l2_ == 0.0) return static_cast<double>(static_cast<long>(active(level).size()) + form_.free_rank());
  Matrix inverse = active_triangle(level);
  lapack::upper_invert(inverse.view());
  // trace M_A (M_A'M_A + l2)^-1 M_A' = k - l2 |R_A^-1|_F^2 with R_A the triangle of [M_A; sqrt(l2) I].
  const std::span<const double> entries = inverse.values();
  return static_cast<double>(inverse.columns() + form_.free_rank()) -
         l2_ * std::inner_product(entries.begin(), entries.end(), entries.begin(), 0.0);
}

double lasso_entry_level(const TriangularFactor& factor, const Prior& prior) {
  StandardForm form(factor, prior);
  const MatrixView rows = form.rows();
  const double* z = rows.column(form.size());
  double level = 0.0;
  for (long k = 0; k < form.size(); ++k)
    level = std::max(level, std::abs(std::inner_product(z, z + rows.rows, rows.column(k), 0.0)));
  return level;
}

double lasso_kkt_violation(const TriangularFactor& factor, const Prior& prior, std::span<const double> coefficients, double level,
                           double l2) {
  if (coefficients.size() != prior.weight.size() || static_cast<long>(coefficients.size()) != factor.unknowns())
    throw ShapeError("coefficients, prior and factor differ in their number of unknowns");
  const std::vector<double> left = residual(factor, coefficients);
  const std::span<const double> target = factor.column(factor.unknowns());
  const std::vector<double> start(target.begin(), target.end());
  double worst = 0.0;
  double pull = 0.0;
  for (long j = 0; j < factor.unknowns(); ++j) {
    const std::span<const double> column = factor.column(j);
    const double norm = std::sqrt(std::inner_product(column.begin(), column.end(), column.begin(), 0.0));
    if (norm == 0.0 || std::isinf(prior.weight[static_cast<Index>(j)])) continue;
    pull = std::max(pull, std::abs(dot(column, start)) / norm);
    const Index place = static_cast<Index>(j);
    const double weight = prior.weight[place];
    if (weight == 0.0) {
      worst = std::max(worst, std::abs(dot(column, left)) / norm);
      continue;
    }
    const double step = coefficients[place] - prior.mean[place];
    const double gradient = dot(column, left) / weight - l2 * weight * step;
    const double bound = std::copysign(level, step);
    worst = std::max(worst, step != 0.0 ? std::abs(gradient - bound) : std::abs(gradient) - level);
  }
  const double measure = level > 0.0 ? level : pull;
  return measure > 0.0 ? worst / measure : worst;
}

}  // namespace carillon
