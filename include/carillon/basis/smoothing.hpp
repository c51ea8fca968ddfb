#pragma once

#include <string>

namespace carillon {

enum class SmoothingKind { cubic, tersoff };

/// Takes every cluster term smoothly to zero at a slot's outer cutoff (docs/theory.md, Eq. 3).
///
/// cubic:   f = (1 - r/outer)³
/// tersoff: f = 1 below d = outer (1 - fraction), then half a period of a sine down to 0 at outer
struct Smoothing {
  SmoothingKind kind = SmoothingKind::tersoff;
  double fraction = 0.5;  ///< tersoff only: share of the outer cutoff over which f falls, in (0, 1]

  struct Value {
    double f = 0;
    double slope = 0;  ///< df/dr, 1/Å
  };

  /// @param r      distance, Å, >= 0
  /// @param outer  cutoff, Å, > 0; f = 0 at and beyond it
  Value at(double r, double outer) const;

  /// @throws DomainError  tersoff with a fraction outside (0, 1]
  void check() const;

  bool operator==(const Smoothing&) const = default;
};

const char* to_string(SmoothingKind kind);
/// @throws InputError  not `cubic` or `tersoff`
SmoothingKind smoothing_kind(const std::string& name);

}  // namespace carillon
