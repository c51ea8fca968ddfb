#include "carillon/solve/ridge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/spectrum.hpp"
#include "carillon/solve/standard_form.hpp"
#include "carillon/solve/triangle.hpp"

namespace carillon {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

struct InnerSolution {
  Matrix y;  ///< one column
  double degrees_of_freedom = 0.0;
  std::optional<long> kept;  ///< directions of a minimum-norm solution
};

Matrix last_column(MatrixView rows) {
  Matrix z(rows.rows, 1);
  std::copy_n(rows.column(rows.columns - 1), rows.rows, z.column(0).begin());
  return z;
}

InnerSolution solve_plain(MatrixView triangle, bool singular) {
  const long n = triangle.rows;
  const MatrixView r = triangle.block(0, 0, n, n);
  InnerSolution out{last_column(triangle), static_cast<double>(n), {}};
  if (singular) {
    out.kept = lapack::minimum_norm_solve(r, 4.0 * static_cast<double>(n) * epsilon, out.y.column(0));
    out.degrees_of_freedom = static_cast<double>(*out.kept);
  } else {
    lapack::upper_solve(r, lapack::Op::plain, out.y.view());
  }
  return out;
}

/// trace M (M'M + lambda)^-1 M' = n - lambda |R_lambda^-1|_F^2.
double degrees_of_freedom(MatrixView regularised, double lambda) {
  const long n = regularised.columns;
  constexpr long tile = 128;
  std::vector<double> sums(static_cast<std::size_t>((n + tile - 1) / tile), 0.0);
  parallel_for(static_cast<long>(sums.size()), [&](long number) {
    // Columns of the inverse end at the diagonal, so the triangle down to there is all they need.
    const long begin = number * tile;
    const long end = std::min(n, begin + tile);
    Matrix columns(end, end - begin);
    for (long j = begin; j < end; ++j) columns(j, j - begin) = 1.0;
    lapack::upper_solve(regularised.block(0, 0, end, end), lapack::Op::plain, columns.view());
    for (const double x : columns.values()) sums[static_cast<std::size_t>(number)] += x * x;
  });
  return static_cast<double>(n) - lambda * std::accumulate(sums.begin(), sums.end(), 0.0);
}

InnerSolution solve_regularised(MatrixView triangle, double lambda) {
  const long n = triangle.rows;
  Matrix stack = regularised_triangle(triangle, lambda);
  const MatrixView regularised = stack.block(0, 0, n, n);
  InnerSolution out;
  out.y = last_column(stack.block(0, 0, n, n + 1));
  lapack::upper_solve(regularised, lapack::Op::plain, out.y.view());
  out.degrees_of_freedom = degrees_of_freedom(regularised, lambda);
  return out;
}

/// All of the Summary but what set_spectrum adds.
Solution finish(const TriangularFactor& factor, const StandardForm& form, const InnerSolution& inner, double lambda) {
  Solution solution = solution_of(factor, form, form.coefficients(inner.y), lambda);
  Summary& summary = solution.summary;
  summary.degrees_of_freedom = inner.degrees_of_freedom + static_cast<double>(form.free_rank());
  if (inner.kept && summary.status == SolveStatus::ok) {
    summary.status = SolveStatus::rank_deficient;
    summary.message = "rank " + std::to_string(*inner.kept) + " of " + std::to_string(form.size()) +
                      " without regularisation: the solution nearest to the prior's mean was taken";
  }
  return solution;
}

void require_strength(double lambda, bool above_zero) {
  if (!std::isfinite(lambda) || lambda < 0.0 || (above_zero && lambda == 0.0))
    throw DomainError("lambda " + std::to_string(lambda) + " is not a number " + (above_zero ? "> 0" : ">= 0"));
}

}  // namespace

Solution solve_ridge(const TriangularFactor& factor, const Prior& prior, double lambda) {
  require_strength(lambda, false);
  StandardForm form(factor, prior);
  const MatrixView triangle = triangularise(form);
  const Spectrum spectrum = find_spectrum(factor, prior, form, triangle);
  const bool singular = form.size() > 0 && spectrum.range.singular_to_precision(form.size());
  const InnerSolution inner = lambda > 0.0 ? solve_regularised(triangle, lambda) : solve_plain(triangle, singular);
  Solution solution = finish(factor, form, inner, lambda);
  set_spectrum(solution.summary, spectrum);
  if (inner.kept) solution.summary.rank = *inner.kept + form.free_rank();
  return solution;
}

Solution solve_ridge_before_spectrum(const TriangularFactor& factor, const Prior& prior, double lambda) {
  require_strength(lambda, true);
  StandardForm form(factor, prior);
  return finish(factor, form, solve_regularised(triangularise(form), lambda), lambda);
}

}  // namespace carillon
