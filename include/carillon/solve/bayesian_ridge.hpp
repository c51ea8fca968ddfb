#pragma once

#include <utility>

#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// Method `bayesian_ridge`, and `ridge` with Strength::evidence: the quadratic prior of prior.hpp, whose strength and noise
/// variance are those that make the data most probable (marginal_likelihood.hpp). The root's work alone.
class BayesianRidge : public LeastSquares {
public:
  explicit BayesianRidge(LeastSquaresOptions options) : options_(std::move(options)) {}
  using LeastSquares::solve;
  LeastSquaresResult solve(std::span<const TriangularFactor> groups, const Communicator& world) const override;

private:
  LeastSquaresResult solve_alone(std::span<const TriangularFactor> groups) const;

  LeastSquaresOptions options_;
};

}  // namespace carillon
