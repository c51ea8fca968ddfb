#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carillon/solve/matrix.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// What the data leave open about the coefficients: a normal distribution about the solution with covariance
///
///     s^2 (A'A + P^2)^-1 = s^2 (U'U)^-1,   U the triangle of [R; P]                          (docs/theory.md, Eq. 16)
///
/// where P = sqrt(lambda) D for a quadratic prior and s^2 is the variance of the noise, in b's (weighted) units. Neither A'A
/// nor an inverse is ever formed.
///
/// A coefficient that is held fixed (penalty infinite: a section that a solver has pruned) has no variance. One that neither
/// data nor prior know (energy offsets of data of one stoichiometry) gets a penalty of 1e-8 of a typical column, so that
/// predictions that need it are very uncertain and the others are as they should be; undetermined() counts them.
///
/// Memory 8 n^2 bytes; 4 n^2 packed or as bytes.
class Posterior {
public:
  /// @param penalty         P per unknown, >= 0; infinity = fixed
  /// @param noise_variance  s^2 >= 0
  /// @throws ShapeError, DomainError
  /// Cost 2/3 n^3 operations; memory 24 n^2 bytes for the time.
  Posterior(const TriangularFactor& factor, std::vector<double> penalty, double noise_variance);

  long unknowns() const { return static_cast<long>(penalty_.size()); }
  double noise_variance() const { return noise_variance_; }
  const std::vector<double>& penalty() const { return penalty_; }
  const std::vector<long>& varying() const { return varying_; }  ///< unknowns that are not fixed, ascending
  long undetermined() const { return undetermined_; }
  const Matrix& triangle() const { return triangle_; }  ///< U, shape [varying, varying]

  /// Standard deviations of linear quantities a'c.
  /// @param rows  one a in each column, shape [unknowns, L]
  /// @return      s |U^-T a|, shape [L]
  /// Cost n^2 L operations, in tiles of columns shared among OpenMP threads; same bits for any number of them.
  std::vector<double> standard_deviations(const Matrix& rows) const;

  /// Draws from the distribution, less its centre: s U^-1 xi with xi standard normal, zero for fixed unknowns.
  /// @return  shape [unknowns, count]; the same numbers for the same seed on every machine with the same libm
  /// Cost n^2 count operations.
  Matrix sample(long count, std::uint64_t seed) const;

  /// The distribution of some unknowns whatever the others are.
  /// @param unknowns  each at most once, in any order, which becomes theirs
  /// Cost up to 4/3 n^3 operations, nothing where the last unknowns are asked for in their order.
  Posterior marginal(std::span<const long> unknowns) const;

  /// Multiplies every standard deviation by `factor` > 0.
  void scale(double factor) { noise_variance_ *= factor * factor; }

  /// U's columns one after the other, each down to its diagonal.
  std::vector<double> packed() const;
  /// The reverse.
  /// @throws ShapeError, DomainError  numbers that are not such a triangle
  static Posterior from_packed(std::vector<double> penalty, double noise_variance, long undetermined,
                               std::span<const double> packed);

  std::string serialize() const;
  /// @throws InputError  not made by serialize()
  static Posterior deserialize(std::string_view bytes);

private:
  Posterior() = default;

  std::vector<double> penalty_;
  std::vector<long> varying_;
  Matrix triangle_;
  double noise_variance_ = 0.0;
  long undetermined_ = 0;
};

/// How the coefficients of a block follow those of its parents, when the block is fitted on what the parents leave:
/// dc_b/dc_p = -(A_b'A_b + P^2)^-1 A_b'A_p  (docs/theory.md, Eq. 17), as -U^-1 T with [U T] the triangle of [A_b A_p; P 0].
///
/// @param evidence  factor of [A_block | A_parents | b], the rows the block was fitted on
/// @return          shape [block's unknowns, parents' unknowns]; rows of fixed unknowns are zero
/// @throws ShapeError  the factor has fewer unknowns than the posterior
/// Cost 2 n^2 (n/3 + p) operations; memory 16 n (n + p) bytes.
Matrix sensitivity(const Posterior& block, const TriangularFactor& evidence);

}  // namespace carillon
