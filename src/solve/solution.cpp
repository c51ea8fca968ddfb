#include "carillon/solve/solution.hpp"

#include <cmath>
#include <string>

namespace carillon {

Solution solution_of(const TriangularFactor& factor, const StandardForm& form, const Matrix& coefficients, double lambda) {
  Solution solution;
  solution.coefficients.assign(coefficients.values().begin(), coefficients.values().end());
  Summary& summary = solution.summary;
  summary.rows = factor.row_count();
  summary.columns = factor.unknowns();
  summary.zero_columns = form.zero_columns();
  summary.lambda = lambda;
  summary.lambda_how = "given";
  summary.residual_norm = std::sqrt(factor.squared_residuals(coefficients).front());
  summary.rms = summary.rows > 0 ? summary.residual_norm / std::sqrt(static_cast<double>(summary.rows)) : 0.0;
  if (form.free_rank() < form.free_columns()) {
    summary.status = SolveStatus::rank_deficient;
    summary.message = std::to_string(form.free_columns()) + " unpenalised columns hold only " + std::to_string(form.free_rank()) +
                      " independent ones: the smallest coefficients that fit were taken";
  }
  return solution;
}

}  // namespace carillon
