#pragma once

#include <utility>

#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// Method `ridge`: the quadratic prior of prior.hpp, its strength given or chosen. The coefficients always come from an own
/// factorisation at the lambda chosen (ridge.hpp), not from the path that chose it.
///
/// With Strength::groups ranks share the work: each of the first G (the number of groups) gets a copy of all groups' factors
/// and leaves out its share of the groups (G 4 columns^2 bytes more, and cross_validation_memory, on each of them); then the
/// last of them makes the path over all data while the root solves. The other strengths are the root's work alone.
class RidgeLeastSquares : public LeastSquares {
public:
  explicit RidgeLeastSquares(LeastSquaresOptions options) : options_(std::move(options)) {}
  using LeastSquares::solve;
  LeastSquaresResult solve(std::span<const TriangularFactor> groups, const Communicator& world) const override;

private:
  LeastSquaresResult solve_alone(std::span<const TriangularFactor> groups) const;
  LeastSquaresResult solve_by_groups(std::span<const TriangularFactor> groups, const Communicator& world) const;

  /// The root's part once all groups have been left out.
  LeastSquaresResult solve_chosen(std::span<const TriangularFactor> groups, const Prior& prior,
                                  const std::vector<double>& lambdas, Matrix group_mean_square,
                                  const TriangularFactor& total) const;

  LeastSquaresOptions options_;
};

}  // namespace carillon
