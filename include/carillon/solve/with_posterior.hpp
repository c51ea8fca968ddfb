#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "carillon/solve/least_squares.hpp"

namespace carillon {

/// |A c - b|^2 / (rows - degrees of freedom): the noise that a fit leaves, in b's (weighted) units squared. At the largest
/// marginal likelihood it is the most likely noise variance.
/// @return  nothing when the fit has as many degrees of freedom as rows
std::optional<double> noise_variance(const Summary& summary);

/// sqrt(lambda_j) D_j of every unknown. A penalised column without data has D_j = 0 under some scalings; what is not known of
/// its coefficient is then given the width of a typical penalised column.
/// @param lambda   one per unknown, or one for all; infinity = fixed
/// @param options  that `prior` was made with
std::vector<double> posterior_penalty(const Prior& prior, std::span<const double> lambda, const PriorOptions& options);

/// The posterior of a ridge solution with the strength its Summary names; where there is none, words in the Summary.
void add_posterior(LeastSquaresResult& result, const TriangularFactor& total, const Prior& prior, const PriorOptions& options);

/// A ridge method and the posterior of what it finds. Cost beside the method's own: one merge per group and one factorisation.
class WithPosterior : public LeastSquares {
public:
  WithPosterior(std::unique_ptr<LeastSquares> method, LeastSquaresOptions options)
      : method_(std::move(method)), options_(std::move(options)) {}
  using LeastSquares::solve;
  LeastSquaresResult solve(std::span<const TriangularFactor> groups, const Communicator& world) const override;

private:
  std::unique_ptr<LeastSquares> method_;
  LeastSquaresOptions options_;
};

}  // namespace carillon
