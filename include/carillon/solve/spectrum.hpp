#pragma once

#include <span>

#include "carillon/solve/band_form.hpp"
#include "carillon/solve/singular_range.hpp"
#include "carillon/solve/summary.hpp"

namespace carillon {

/// What a Summary says of the singular values of the data's matrix M, whose columns are divided by D (standard_form.hpp).
struct Spectrum {
  SingularRange range;
  long rank = 0;  ///< of the data: numerical_rank of M, and the unpenalised columns that are independent
};

/// The part of the largest singular value below which another one is taken for rounding: max(rows, columns) eps, the rule of
/// numpy's matrix_rank.
double rank_tolerance(long rows, long columns);

/// How many singular values are above rank_tolerance of the largest.
/// @param values  descending
long numerical_rank(std::span<const double> values, long rows, long columns);

/// From all singular values.
/// @param values  descending, of the standard form of the factor
Spectrum exact_spectrum(std::span<const double> values, const StandardForm& form, const TriangularFactor& factor);

/// From Lanczos bounds (singular_range.hpp) where they leave no doubt that M has full rank; the condition is then a lower bound
/// within a few per cent. Where the smallest value is not ten times above the tolerance, from all singular values.
///
/// @param form      of factor and prior
/// @param triangle  R of its M
/// Cost about 1 s at n = 3,747, or that of a band form and its singular values; memory then 16 n^2 bytes.
Spectrum find_spectrum(const TriangularFactor& factor, const Prior& prior, const StandardForm& form, MatrixView triangle);

/// Writes rank and both conditions into the Summary of a solution with the lambda it names, and turns the status `ok` into
/// ill_conditioned where rounding of the data leaves coefficients fewer than about six digits.
void set_spectrum(Summary& summary, const Spectrum& spectrum);
/// The same for methods whose condition does not follow from lambda.
void set_spectrum(Summary& summary, const Spectrum& spectrum, double regularised_condition);

}  // namespace carillon
