#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace carillon {

enum class SolveStatus {
  ok,
  ill_conditioned,  ///< solved, but coefficients keep fewer than about six digits
  rank_deficient,   ///< some combination of coefficients is not fixed by data or prior: the smallest one was taken
  not_converged,    ///< a path or an iteration ended before it was done: what it had reached was taken
};

std::string_view solve_status_name(SolveStatus status);

/// What a solver says about its answer. Numerical trouble is a status with words, never a silent number.
struct Summary {
  SolveStatus status = SolveStatus::ok;
  std::string message;  ///< what the status means here; empty when ok

  long rows = 0;          ///< data rows
  long columns = 0;       ///< unknowns
  long zero_columns = 0;  ///< unknowns that no row knows of: left at the prior's mean
  /// Numerical rank of the data without the prior's help: singular values of the data's matrix with columns divided by D that
  /// are above max(rows, columns) eps of the largest (spectrum.hpp). A solution without regularisation that had to leave
  /// directions out says here how many it kept.
  long rank = 0;
  double condition = 0.0;  ///< of that matrix; infinite when a singular value is exactly 0
  /// Of the same with the prior's rows below it (ridge), of the columns in use (lasso), of the directions kept (tsvd).
  double regularised_condition = 0.0;

  double lambda = 0.0;              ///< strength of the prior, dimensionless (prior.hpp)
  std::string lambda_how;           ///< `given`, `gcv`, `groups` and what they saw
  double degrees_of_freedom = 0.0;  ///< trace of the map from b to the fitted values
  double residual_norm = 0.0;       ///< |A c - b|, in b's (weighted) units
  double rms = 0.0;                 ///< residual_norm / sqrt(rows)
  /// How far the solution is from what makes it the smallest one (Karush-Kuhn-Tucker conditions), checked on the factor: relative
  /// to the penalty's pull (lasso) or to the data's (constraints). 0 for methods that need no such check.
  double kkt_violation = 0.0;
  long active_constraints = 0;  ///< inequality constraints (constraints.hpp) that hold with equality
};

}  // namespace carillon
