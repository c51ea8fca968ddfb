#pragma once

#include <string>

namespace carillon {

/// How a distance becomes the argument of the Chebyshev polynomials: exp(-r/λ), 1/r, or r itself.
enum class CoordinateKind { morse, inverse, direct };

/// Scaled pair coordinate s(r) of one slot (docs/theory.md, Eq. 2): s runs over [-1, 1] between the inner and the outer cutoff,
/// with the signs of the field's programs: s(inner) = +1 for morse and inverse, -1 for direct.
class PairCoordinate {
public:
  struct Value {
    double s = 0;      ///< dimensionless
    double slope = 0;  ///< ds/dr, 1/Å
  };

  /// @param inner, outer  cutoffs, Å, 0 < inner < outer (inner may be 0 for morse and direct)
  /// @param lambda        Morse length, Å, > 0; used by morse only
  /// @throws DomainError  outside these ranges
  PairCoordinate(CoordinateKind kind, double inner, double outer, double lambda);

  /// @param r  distance, Å, in [inner, outer]; s is clamped to [-1, 1] against rounding
  Value at(double r) const;

private:
  CoordinateKind kind_;
  double lambda_;
  double centre_;      // midpoint of the transformed distance
  double half_width_;  // half its range
};

const char* to_string(CoordinateKind kind);
/// @throws InputError  not `morse`, `inverse` or `direct`
CoordinateKind coordinate_kind(const std::string& name);

}  // namespace carillon
