#pragma once

#include <span>
#include <vector>

#include "carillon/solve/curve_least_squares.hpp"
#include "carillon/solve/standard_form.hpp"

namespace carillon {

/// Truncated SVD: of the directions v_i of M = U S V' (standard_form.hpp) those with s_i^2 >= lambda are fitted without
/// regularisation, and the others stay at the prior's mean (docs/theory.md, Eq. 20):
///
///     y = sum over s_i^2 >= lambda of  v_i (u_i'z) / s_i
///
/// lambda is ridge's: its filter s^2 / (s^2 + lambda) becomes a step in the same place. Directions below rank_tolerance
/// (spectrum.hpp) are never kept.
class TruncatedSvd : public StrengthCurve {
public:
  /// @throws ShapeError  the prior does not fit the factor
  /// Cost one QR and one SVD, about 22 n^3 operations on one thread; memory 40 n^2 bytes.
  TruncatedSvd(const TriangularFactor& factor, const Prior& prior);

  const std::vector<double>& singular_values() const { return values_; }  ///< of M, descending
  long kept(double lambda) const;                                         ///< directions of M
  /// Cost 2 n^2 L operations.
  Points at(std::span<const double> lambdas) const override;
  Solution solution(double lambda) const override;

private:
  const TriangularFactor& factor_;
  StandardForm form_;
  std::vector<double> values_;
  Matrix vt_;
  std::vector<double> projected_;  ///< U'z
};

/// Method `tsvd`.
class TsvdLeastSquares : public CurveLeastSquares {
public:
  using CurveLeastSquares::CurveLeastSquares;

protected:
  std::unique_ptr<StrengthCurve> curve(const TriangularFactor& factor, const Prior& prior, double lowest,
                                       double unit) const override;
};

}  // namespace carillon
