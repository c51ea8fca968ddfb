#pragma once

#include <vector>

#include "carillon/solve/standard_form.hpp"
#include "carillon/solve/summary.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

struct Solution {
  std::vector<double> coefficients;  ///< one per unknown
  Summary summary;
};

/// Coefficients and what a Summary says of any solution that came by way of a standard form: counts, residual, and unpenalised
/// columns that depend on each other. Degrees of freedom and spectrum are the method's to add.
/// @param coefficients  one column
/// Cost columns^2.
Solution solution_of(const TriangularFactor& factor, const StandardForm& form, const Matrix& coefficients, double lambda);

}  // namespace carillon
