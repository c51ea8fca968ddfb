#pragma once

#include <vector>

#include "carillon/solve/band_form.hpp"
#include "carillon/solve/matrix.hpp"
#include "carillon/solve/prior.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// Which strengths to try: `count` values from `lowest` to `highest`, equally spaced in log(lambda).
struct LambdaGrid {
  double lowest = 1e-8;
  double highest = 1e2;
  long count = 60;

  /// Ascending.
  /// @throws DomainError  not 0 < lowest <= highest, both finite, or count below 1
  std::vector<double> values() const;
};

/// The ridge solutions over a grid of lambda, and what they leave.
struct RidgePath {
  std::vector<double> lambda;
  Matrix coefficients;                     ///< shape [unknowns, L]
  std::vector<double> residual_norm;       ///< |A c - b|
  std::vector<double> degrees_of_freedom;  ///< trace of the map from b to the fitted values, unpenalised columns included
  std::vector<double> gcv;                 ///< generalised cross-validation score, see gcv_score
};

/// (rss/rows) / (1 - dof/rows)^2: what leaving out single rows would show on average, for rows that are independent of each
/// other (Golub, Heath and Wahba 1979, DOI 10.1080/00401706.1979.10489751). Infinite when dof >= rows. Rows of one frame are
/// not independent: on such data it asks for too little regularisation; cross_validation leaves out whole groups instead.
double gcv_score(double residual_norm, double degrees_of_freedom, long rows);

/// The whole path from one factorisation (band_form.hpp).
///
/// Accuracy: only orthogonal steps are taken, so each solution is the exact one of a problem whose M and z are off by
/// p(n) eps |M| and p(n) eps |z|, with p(n) about sqrt(n): the same as for solve_ridge. With kappa = |M| / sqrt(lambda) this
/// bounds the relative difference of the fitted values M y (relative to |z|) by 2 p(n) eps kappa, hence by 1e-8 for
/// lambda >= 1e-10 |M|^2 at n = 4,000. A path by way of M'M would replace kappa by kappa^2.
///
/// @throws ShapeError   the prior does not fit the factor
/// @throws DomainError  a lambda is not a number > 0
/// Cost 8/3 n^3 operations near the speed of dgemm plus about 1e5 n per lambda; memory 8 n^2 bytes beside the factor.
/// Parallel over OpenMP threads, same bits for any number of them.
RidgePath ridge_path(const TriangularFactor& factor, const Prior& prior, const std::vector<double>& lambdas);
/// The same from a band form, for callers that use it for more.
/// @param rows             absorbed by the factor it was made of
/// @param singular_values  as in BandForm::path
RidgePath ridge_path(const BandForm& band, long rows, const std::vector<double>& lambdas,
                     std::vector<double>* singular_values = nullptr);

}  // namespace carillon
