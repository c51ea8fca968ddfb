#pragma once

#include <memory>
#include <utility>

#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// A ridge method whose solution has to meet linear constraints (constraints.hpp): the method chooses the strength without them,
/// and the constrained problem is solved at this strength. Path, group errors, rank and condition are the method's own.
class ConstrainedLeastSquares : public LeastSquares {
public:
  ConstrainedLeastSquares(std::unique_ptr<LeastSquares> method, LeastSquaresOptions options)
      : method_(std::move(method)), options_(std::move(options)) {}
  using LeastSquares::solve;
  LeastSquaresResult solve(std::span<const TriangularFactor> groups, const Communicator& world) const override;

private:
  void constrain(LeastSquaresResult& result, std::span<const TriangularFactor> groups) const;

  std::unique_ptr<LeastSquares> method_;
  LeastSquaresOptions options_;
};

}  // namespace carillon
