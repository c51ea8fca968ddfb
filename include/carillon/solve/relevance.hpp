#pragma once

#include <span>
#include <vector>

#include "carillon/solve/matrix.hpp"

namespace carillon {

/// Automatic relevance determination: a strength of its own for each section of the coefficients, all at the largest
/// marginal likelihood (MacKay 1994, Neal 1996; docs/theory.md, Eq. 18). A section that the data do not need ends with an
/// infinite strength: it is pruned, its coefficients stay at the prior's mean.
struct Relevance {
  std::vector<double> lambda;      ///< per section; infinity = pruned
  std::vector<double> parameters;  ///< per section: how many of its coefficients the data determine
  double log_likelihood = 0.0;
  double noise_variance = 0.0;  ///< in b's (weighted) units squared
  long iterations = 0;
  double last_change = 0.0;  ///< largest |d log(lambda)| that the last iteration still asked for
  bool converged = false;
};

struct RelevanceOptions {
  double tolerance = 1e-6;  ///< on log(lambda) of every section that is kept
  long most_iterations = 200;
};

/// A problem |M y - z|^2, brought to a triangle.
struct RelevanceProblem {
  MatrixView triangle;           ///< [R | z], shape [n, n + 1]
  double outside = 0.0;          ///< squared norm of the part of z below the triangle
  std::span<const int> section;  ///< of each column, numbered from 0
  int sections = 1;
  long rows = 0;  ///< of the data, less the independent unpenalised columns
};

struct RelevanceSolution {
  Relevance relevance;
  Matrix y;  ///< one column; 0 in pruned sections
  double squared_residual = 0.0;
  double condition = 1.0;  ///< of [M; sqrt(lambda)], columns of pruned sections left out
};

/// MacKay's fixed point lambda_g = s^2 gamma_g / |y_g|^2, gamma_g = n_g - lambda_g trace_g (M'M + Lambda)^-1,
/// s^2 = (|M y - z|^2 + sum_g lambda_g |y_g|^2) / rows, with steps in log(lambda) lengthened or shortened by a secant of each
/// section's own history (Wegstein 1958, DOI 10.1145/368861.368871), and plain ones after the marginal likelihood has fallen.
///
/// A section is pruned when the data determine less than 1e-3 of one of its coefficients and its strength still grows.
/// The marginal likelihood can have several maxima: this finds the one uphill of the start.
///
/// @param start  strength of all sections at first, > 0
/// Cost per iteration n^3 operations; memory 32 n^2 bytes.
RelevanceSolution find_relevance(const RelevanceProblem& problem, double start, const RelevanceOptions& options = {});

}  // namespace carillon
