#include "carillon/solve/singular_range.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "carillon/solve/lapack.hpp"

namespace carillon {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr long most_steps = 30;
constexpr double enough = 1e-4;  // relative change of the square: nobody needs more digits of a condition number

using Operator = std::function<void(double*)>;

Eigen::VectorXd start_vector(long n) {
  Eigen::VectorXd v(n);
  // Irrational steps: no pattern that a matrix could be orthogonal to.
  for (long i = 0; i < n; ++i) v(i) = 0.25 + std::fmod(0.6180339887498949 * static_cast<double>(i + 1), 1.0);
  return v.normalized();
}

double largest_ritz_value(const Eigen::VectorXd& alpha, const Eigen::VectorXd& beta, long steps) {
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  const Eigen::VectorXd off = steps > 1 ? Eigen::VectorXd(beta.head(steps - 1)) : Eigen::VectorXd();
  solver.computeFromTridiagonal(alpha.head(steps), off, Eigen::EigenvaluesOnly);
  return solver.eigenvalues()(steps - 1);
}

/// Largest eigenvalue of a symmetric positive operator that works in place.
double largest_eigenvalue(long n, const Operator& apply) {
  const long steps = std::min(n, most_steps);
  Eigen::MatrixXd basis(n, steps);
  Eigen::VectorXd alpha = Eigen::VectorXd::Zero(steps);
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(steps);
  basis.col(0) = start_vector(n);
  double found = 0.0;
  for (long k = 0; k < steps; ++k) {
    Eigen::VectorXd next = basis.col(k);
    apply(next.data());
    if (!next.allFinite()) return std::numeric_limits<double>::infinity();
    alpha(k) = basis.col(k).dot(next);
    for (int twice = 0; twice < 2; ++twice) next -= basis.leftCols(k + 1) * (basis.leftCols(k + 1).transpose() * next);
    beta(k) = next.norm();
    const double before = found;
    found = largest_ritz_value(alpha, beta, k + 1);
    if (k + 1 == steps || beta(k) <= epsilon * found || (k > 4 && found - before <= enough * found)) break;
    basis.col(k + 1) = next / beta(k);
  }
  return found;
}

}  // namespace

double SingularRange::condition() const { return regularised(0.0); }

double SingularRange::regularised(double lambda) const {
  const double low = smallest * smallest + lambda;
  const double high = largest * largest + lambda;
  if (high == 0.0) return 1.0;
  return low > 0.0 ? std::sqrt(high / low) : std::numeric_limits<double>::infinity();
}

bool SingularRange::singular_to_precision(long size) const {
  return smallest <= 4.0 * static_cast<double>(size) * epsilon * largest;
}

SingularRange singular_range(MatrixView triangle) {
  using lapack::Op;
  const long n = triangle.rows;
  if (n == 0) return {};
  const auto view = [n](double* x) { return MatrixView{x, n, 1, n}; };
  SingularRange range;
  range.largest = std::sqrt(largest_eigenvalue(n, [&](double* x) {
    lapack::upper_multiply(triangle, Op::plain, view(x));
    lapack::upper_multiply(triangle, Op::transposed, view(x));
  }));
  // A zero on the diagonal makes the inverse infinite, and so the smallest value 0.
  range.smallest = 1.0 / std::sqrt(largest_eigenvalue(n, [&](double* x) {
                     lapack::upper_solve(triangle, Op::transposed, view(x));
                     lapack::upper_solve(triangle, Op::plain, view(x));
                   }));
  return range;
}

}  // namespace carillon
