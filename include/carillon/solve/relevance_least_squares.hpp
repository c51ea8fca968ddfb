#pragma once

#include <utility>

#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// Method `ard`: a strength per section of LeastSquaresOptions::sections, all at the largest marginal likelihood
/// (relevance.hpp), from the single strength that bayesian_ridge would choose. The root's work alone.
///
/// The Summary's lambda is the geometric mean over the coefficients that are kept.
class RelevanceLeastSquares : public LeastSquares {
public:
  explicit RelevanceLeastSquares(LeastSquaresOptions options) : options_(std::move(options)) {}
  using LeastSquares::solve;
  /// @throws ShapeError  `sections` does not have one entry per unknown
  LeastSquaresResult solve(std::span<const TriangularFactor> groups, const Communicator& world) const override;

private:
  LeastSquaresResult solve_alone(std::span<const TriangularFactor> groups) const;

  LeastSquaresOptions options_;
};

}  // namespace carillon
