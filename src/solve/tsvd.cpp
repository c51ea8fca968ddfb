#include "carillon/solve/tsvd.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/solve/lapack.hpp"
#include "carillon/solve/spectrum.hpp"
#include "carillon/solve/triangle.hpp"

namespace carillon {

TruncatedSvd::TruncatedSvd(const TriangularFactor& factor, const Prior& prior)
    : factor_(factor),
      form_(factor, prior),
      values_(static_cast<std::size_t>(form_.size())),
      vt_(form_.size(), form_.size()),
      projected_(values_.size(), 0.0) {
  if (form_.size() == 0) return;
  const MatrixView triangle = triangularise(form_);
  const MatrixView left = triangle.block(0, 0, form_.size(), form_.size());  // R, and then U in its place
  lapack::singular_value_decomposition(left, values_, vt_.view());
  lapack::multiply(1.0, left, lapack::Op::transposed, triangle.column(form_.size()), 0.0, projected_.data());
}

long TruncatedSvd::kept(double lambda) const {
  const long rank = numerical_rank(values_, factor_.row_count(), factor_.unknowns());
  const auto end = values_.begin() + rank;
  return std::partition_point(values_.begin(), end, [lambda](double s) { return s * s >= lambda; }) - values_.begin();
}

StrengthCurve::Points TruncatedSvd::at(std::span<const double> lambdas) const {
  const long count = static_cast<long>(lambdas.size());
  Matrix filtered(form_.size(), count);
  Points points;
  for (long l = 0; l < count; ++l) {
    const long keep = kept(lambdas[static_cast<std::size_t>(l)]);
    for (long i = 0; i < keep; ++i)
      filtered(i, l) = projected_[static_cast<std::size_t>(i)] / values_[static_cast<std::size_t>(i)];
    points.degrees_of_freedom.push_back(static_cast<double>(keep + form_.free_rank()));
  }
  Matrix y(form_.size(), count);
  lapack::multiply(1.0, vt_.view(), lapack::Op::transposed, filtered.view(), lapack::Op::plain, 0.0, y.view());
  points.coefficients = form_.coefficients(y);
  return points;
}

Solution TruncatedSvd::solution(double lambda) const {
  const Points points = at({&lambda, 1});
  Spectrum spectrum;
  if (!values_.empty()) spectrum.range = {values_.front(), values_.back()};
  spectrum.rank = numerical_rank(values_, factor_.row_count(), factor_.unknowns()) + form_.free_rank();
  const long keep = kept(lambda);
  const double condition = keep > 0 ? values_.front() / values_[static_cast<std::size_t>(keep - 1)] : 1.0;
  Solution solution = solution_of(factor_, form_, points.coefficients, lambda);
  solution.summary.degrees_of_freedom = points.degrees_of_freedom.front();
  set_spectrum(solution.summary, spectrum, condition);
  return solution;
}

std::unique_ptr<StrengthCurve> TsvdLeastSquares::curve(const TriangularFactor& factor, const Prior& prior, double, double) const {
  return std::make_unique<TruncatedSvd>(factor, prior);
}

}  // namespace carillon
