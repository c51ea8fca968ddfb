#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// What a method makes of one factor: solutions for any strength, down to the lowest it was asked for or could reach.
class StrengthCurve {
public:
  struct Points {
    Matrix coefficients;  ///< shape [unknowns, L]
    std::vector<double> degrees_of_freedom;
  };

  virtual ~StrengthCurve() = default;
  virtual double lowest() const { return 0.0; }
  /// @param lambdas  ascending, none below lowest()
  virtual Points at(std::span<const double> lambdas) const = 0;
  /// @param lambda  not below lowest()
  /// @return        with all of the Summary but lambda_how
  virtual Solution solution(double lambda) const = 0;
};

/// Methods whose strength is chosen on a curve: by groups left out in turn, by generalised cross-validation, or given. A method
/// says how a curve is made; the rest is here.
///
/// With Strength::groups ranks share the groups (as RidgeLeastSquares): each of the first G gets a copy of all groups' factors.
/// Where a curve of any group's rest, or of all data, ends above a strength of the grid, that strength is left out of the choice.
/// A given strength below the end of the curve becomes the end, and the status says so.
class CurveLeastSquares : public LeastSquares {
public:
  explicit CurveLeastSquares(LeastSquaresOptions options) : options_(std::move(options)) {}
  using LeastSquares::solve;
  LeastSquaresResult solve(std::span<const TriangularFactor> groups, const Communicator& world) const override;

protected:
  /// The strength of 1 in the method's own units: from all data, so that it means the same for every group's rest.
  virtual double unit(const TriangularFactor& total, const Prior& prior) const;
  /// The strengths of a grid that differ from each other for this method; at least one of them.
  virtual std::vector<double> strengths(const LambdaGrid& grid) const { return grid.values(); }
  /// @param lowest  strength that has to be reached
  virtual std::unique_ptr<StrengthCurve> curve(const TriangularFactor& factor, const Prior& prior, double lowest,
                                               double unit) const = 0;

  const LeastSquaresOptions& options() const { return options_; }

private:
  LeastSquaresResult solve_alone(std::span<const TriangularFactor> groups) const;
  LeastSquaresResult solve_given(const StrengthCurve& curve) const;
  LeastSquaresResult solve_by_groups(std::span<const TriangularFactor> groups, const Communicator& world) const;
  Matrix leave_out(std::span<const TriangularFactor> groups, const Prior& prior, const std::vector<double>& lambdas, double unit,
                   Share share) const;
  LeastSquaresResult solve_chosen(std::span<const TriangularFactor> groups, const TriangularFactor& total,
                                  const StrengthCurve& curve, std::vector<double> lambdas, const Matrix& group_mean_square) const;

  LeastSquaresOptions options_;
};

}  // namespace carillon
