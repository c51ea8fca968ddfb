#pragma once

#include <Eigen/Dense>
#include <random>
#include <span>

#include "carillon/solve/triangular_factor.hpp"

namespace carillon::testing {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline RowMatrix random_rows(long rows, long columns, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  RowMatrix a(rows, columns);
  for (long i = 0; i < rows; ++i)
    for (long j = 0; j < columns; ++j) a(i, j) = normal(generator);
  return a;
}

/// Rows whose singular values fall geometrically from 1 to 1/condition.
inline RowMatrix graded_rows(long rows, long columns, double condition, unsigned seed) {
  const Eigen::MatrixXd left = Eigen::HouseholderQR<Eigen::MatrixXd>(random_rows(rows, columns, seed)).householderQ() *
                               Eigen::MatrixXd::Identity(rows, columns);
  const Eigen::MatrixXd right = Eigen::HouseholderQR<Eigen::MatrixXd>(random_rows(columns, columns, seed + 1)).householderQ();
  Eigen::VectorXd values(columns);
  for (long j = 0; j < columns; ++j) values(j) = std::pow(condition, -static_cast<double>(j) / static_cast<double>(columns - 1));
  return left * values.asDiagonal() * right.transpose();
}

inline std::span<const double> span_of(const RowMatrix& rows) { return {rows.data(), static_cast<std::size_t>(rows.size())}; }

inline TriangularFactor factor_of(const RowMatrix& rows) {
  TriangularFactor factor(rows.cols());
  factor.absorb(span_of(rows), rows.rows());
  return factor;
}

inline Eigen::MatrixXd dense(const TriangularFactor& factor) {
  const Matrix rows = factor.dense_rows(0, factor.stored_rows());
  return Eigen::Map<const Eigen::MatrixXd>(rows.values().data(), rows.rows(), rows.columns());
}

}  // namespace carillon::testing
