#include "carillon/solve/spectrum.hpp"

#include <algorithm>
#include <limits>

namespace carillon {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
// condition * eps is the relative error that rounding of the data alone leaves in coefficients.
constexpr double worst_condition = 1e-6 / epsilon;
// Lanczos meets the smallest value from above, usually within a few per cent; this leaves room for the unusual.
constexpr double beyond_doubt = 10.0;

}  // namespace

double rank_tolerance(long rows, long columns) { return static_cast<double>(std::max(rows, columns)) * epsilon; }

long numerical_rank(std::span<const double> values, long rows, long columns) {
  if (values.empty()) return 0;
  const double limit = rank_tolerance(rows, columns) * values.front();
  return std::count_if(values.begin(), values.end(), [limit](double value) { return value > limit; });
}

Spectrum exact_spectrum(std::span<const double> values, const StandardForm& form, const TriangularFactor& factor) {
  Spectrum spectrum;
  if (!values.empty()) spectrum.range = {values.front(), values.back()};
  spectrum.rank = numerical_rank(values, factor.row_count(), factor.unknowns()) + form.free_rank();
  return spectrum;
}

Spectrum find_spectrum(const TriangularFactor& factor, const Prior& prior, const StandardForm& form, MatrixView triangle) {
  const SingularRange range = singular_range(triangle.block(0, 0, form.size(), form.size()));
  const double limit = rank_tolerance(factor.row_count(), factor.unknowns()) * range.largest;
  if (form.size() == 0 || range.smallest > beyond_doubt * limit) return {range, form.size() + form.free_rank()};
  const BandForm band(StandardForm(factor, prior));
  return exact_spectrum(band.singular_values(), band.form(), factor);
}

void set_spectrum(Summary& summary, const Spectrum& spectrum) {
  set_spectrum(summary, spectrum, spectrum.range.regularised(summary.lambda));
}

void set_spectrum(Summary& summary, const Spectrum& spectrum, double regularised_condition) {
  summary.rank = spectrum.rank;
  summary.condition = spectrum.range.condition();
  summary.regularised_condition = regularised_condition;
  if (summary.status == SolveStatus::ok && summary.regularised_condition > worst_condition) {
    summary.status = SolveStatus::ill_conditioned;
    summary.message =
        "coefficients are sensitive to the last digits of the data; their predictions are not. A larger lambda helps";
  }
}

}  // namespace carillon
