#pragma once

#include "carillon/solve/curve_least_squares.hpp"

namespace carillon {

/// Methods `lasso` and `elastic_net`: few terms, chosen along a LARS path (lasso.hpp).
///
/// The strength lambda is the path's level relative to the one at which the first term enters with all data, so it lies in
/// [0, 1] and has no dimension; strengths above 1 are not tried. It is one level for all groups' rests. With
/// SparseOptions::refit every point of the path is refitted on its support (support_refit.hpp), and these are the errors that
/// groups left out and GCV see.
///
/// The Summary says by how much the solution violates its optimality conditions (lasso_kkt_violation, before any refit); above
/// 1e-6 the status is not_converged.
class SparseLeastSquares : public CurveLeastSquares {
public:
  /// @throws InputError  method `elastic_net` with l2 = 0; a limit or strength below 0
  explicit SparseLeastSquares(LeastSquaresOptions options);

protected:
  double unit(const TriangularFactor& total, const Prior& prior) const override;
  std::vector<double> strengths(const LambdaGrid& grid) const override;
  std::unique_ptr<StrengthCurve> curve(const TriangularFactor& factor, const Prior& prior, double lowest,
                                       double unit) const override;

private:
  double l2_;
};

}  // namespace carillon
