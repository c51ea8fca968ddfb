#pragma once

#include <Eigen/Dense>

#include "carillon/solve/prior.hpp"
#include "unit/solve/random_rows.hpp"

namespace carillon::testing {

/// An independent ridge solver for small problems: normal equations in long double (eps 1e-19), Eigen's pivoted LDL'.
struct RidgeOracle {
  Eigen::VectorXd coefficients;
  double degrees_of_freedom = 0.0;
  double residual_norm = 0.0;

  /// @param rows  [A | b]; the normal matrix must be regular
  RidgeOracle(const RowMatrix& rows, const Prior& prior, double lambda) {
    using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
    const long n = rows.cols() - 1;
    const Wide a = rows.leftCols(n).cast<long double>();
    const Eigen::Map<const Eigen::VectorXd> mean(prior.mean.data(), n);
    const Eigen::Map<const Eigen::VectorXd> weight(prior.weight.data(), n);
    const Wide b = rows.col(n).cast<long double>() - a * mean.cast<long double>();
    Wide gram = a.transpose() * a;
    const Wide data = gram;
    for (long j = 0; j < n; ++j) gram(j, j) += static_cast<long double>(lambda) * weight(j) * static_cast<long double>(weight(j));
    const Eigen::LDLT<Wide> solver(gram);
    const Wide step = solver.solve(a.transpose() * b);
    coefficients = mean + step.cast<double>();
    degrees_of_freedom = static_cast<double>(solver.solve(data).trace());
    residual_norm = static_cast<double>((a * step - b).norm());
  }
};

/// |found - wanted| / |wanted|.
inline double relative_difference(const Eigen::VectorXd& found, const Eigen::VectorXd& wanted) {
  return (found - wanted).norm() / wanted.norm();
}

inline Eigen::VectorXd as_eigen(std::span<const double> values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<long>(values.size()));
}

/// Column norms of the unknowns.
inline std::vector<double> unknown_norms(const TriangularFactor& factor) {
  std::vector<double> norms = factor.column_norms();
  norms.pop_back();
  return norms;
}

}  // namespace carillon::testing
