#pragma once

#include <span>
#include <vector>

#include "carillon/solve/band_form.hpp"

namespace carillon {

/// How probable the data are under each strength of the prior, over a grid (docs/theory.md, Eq. 15).
struct MarginalLikelihood {
  std::vector<double> lambda;
  std::vector<double> log_likelihood;  ///< natural logarithm of the marginal likelihood, noise variance at its best value
  std::vector<double> slope;           ///< d log_likelihood / d log(lambda)
};

/// The marginal likelihood of z = M y + noise with y ~ N(0, s^2/lambda) and noise ~ N(0, s^2), s^2 at its best value for
/// each lambda (type-II maximum likelihood; MacKay 1992, DOI 10.1162/neco.1992.4.3.415). Unpenalised columns are integrated
/// out with a flat prior, so they cost rows, as in restricted maximum likelihood:
///
///     -nu/2 (log(2 pi s^2) + 1) - 1/2 log det(I + M'M/lambda),   s^2 = (|M y - z|^2 + lambda |y|^2) / nu
///
/// It counts every row as independent. Rows of one frame are not quite: it then trusts the data more than leaving out whole
/// frames would.
///
/// @param rows  nu: rows of the data less the independent unpenalised columns
/// @throws DomainError  rows below 1, or a lambda that is not a number > 0
/// Cost as BandForm::path.
MarginalLikelihood marginal_likelihood(const BandForm& band, long rows, std::span<const double> lambdas);

struct LikelihoodMaximum {
  double lambda = 0.0;
  double log_likelihood = 0.0;
  bool refined = true;  ///< false: the best of the grid as it is, since the curve still rises at that end of the grid
};

/// The strength with the largest marginal likelihood: the best of the grid, then the root of the slope between its
/// neighbours to all digits (a search for the largest value itself could find no more than half of them).
///
/// @param curve  over an ascending grid, from marginal_likelihood with the same band and rows
/// Cost some 12 further points of the path.
LikelihoodMaximum maximise_marginal_likelihood(const BandForm& band, long rows, const MarginalLikelihood& curve);

}  // namespace carillon
