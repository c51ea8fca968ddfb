#pragma once

#include <span>
#include <vector>

#include "carillon/solve/lars.hpp"
#include "carillon/solve/prior.hpp"
#include "carillon/solve/standard_form.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// The LASSO, and with l2 > 0 the elastic net (docs/theory.md, Eq. 21):
///
///     min 1/2 |A c - b|^2 + level |D (c - c0)|_1 + l2/2 |D (c - c0)|^2
///
/// D and c0 as in prior.hpp; columns without prior (energy offsets) are eliminated first, exactly. The whole path over the level,
/// from the one above which c = c0, by lars.hpp on the triangle of the standard form; the elastic net's by way of the augmented
/// rows sqrt(l2) I (Zou and Hastie 2005, DOI 10.1111/j.1467-9868.2005.00503.x, without their rescaling).
class LassoPath {
public:
  /// @throws ShapeError   the prior does not fit the factor
  /// @throws DomainError  l2 or a limit that is not >= 0
  /// Cost that of the LARS path, and up to 2 n^3 for the triangles; memory 8 n^2 bytes, with l2 16 n^2 more.
  LassoPath(const TriangularFactor& factor, const Prior& prior, double l2, const LarsOptions& options);
  LassoPath(const LassoPath&) = delete;
  LassoPath& operator=(const LassoPath&) = delete;

  const LarsPath& lars() const { return lars_; }
  const StandardForm& form() const { return form_; }
  /// R of the standard form with Q'z beside it, without the rows of l2; shape [n, n + 1].
  MatrixView triangle() const { return triangle_; }

  /// Solutions at some levels, shape [unknowns, L].
  Matrix coefficients(std::span<const double> levels) const;
  /// Places in the standard form of the terms in use at a level, ascending.
  std::vector<long> active(double level) const;
  /// R of the terms in use at a level, with the rows of l2; shape [k, k]. Cost 2 n k^2 operations.
  Matrix active_triangle(double level) const;
  /// The unbiased estimate of the degrees of freedom: the number of active terms, with l2 the trace of their ridge map
  /// (Zou, Hastie and Tibshirani 2007, DOI 10.1214/009053607000000127); unpenalised columns included.
  /// Cost with l2 that of active_triangle.
  double degrees_of_freedom(double level) const;

private:
  MatrixView rows() const { return l2_ > 0.0 ? augmented_.view().block(0, 0, form_.size(), form_.size() + 1) : triangle_; }

  double l2_;
  StandardForm form_;
  MatrixView triangle_;
  Matrix augmented_;
  LarsPath lars_;
};

/// The level at which the first term enters: max |M'z|. 0 when nothing is to be explained.
/// Cost n^2, and the elimination of unpenalised columns.
double lasso_entry_level(const TriangularFactor& factor, const Prior& prior);

/// The largest violation of the Karush-Kuhn-Tucker conditions of Eq. 21, relative to the level:
///
///     g_j = a_j'(b - A c)/D_j - l2 D_j (c_j - c0_j):  g_j = level sign(c_j - c0_j) where c_j != c0_j, |g_j| <= level elsewhere,
///
/// and a_j'(b - A c)/|a_j| = 0 for columns without prior. On the factor itself, independently of how c was found. Where the level
/// is 0, relative to the largest |a_j'b|/|a_j|.
/// Cost 2 n^2.
double lasso_kkt_violation(const TriangularFactor& factor, const Prior& prior, std::span<const double> coefficients, double level,
                           double l2);

}  // namespace carillon
