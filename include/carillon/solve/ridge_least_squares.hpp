#pragma once

#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// Method `ridge`: the quadratic prior of prior.hpp, its strength given or chosen. The coefficients always come from
/// solve_ridge at the lambda chosen, not from the path that chose it.
class RidgeLeastSquares : public LeastSquares {
public:
  explicit RidgeLeastSquares(LeastSquaresOptions options) : options_(std::move(options)) {}
  LeastSquaresResult solve(std::span<const TriangularFactor> groups) const override;

private:
  double choose(LeastSquaresResult& result, std::span<const TriangularFactor> groups, const TriangularFactor& total,
                const Prior& prior) const;

  LeastSquaresOptions options_;
};

}  // namespace carillon
