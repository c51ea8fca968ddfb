#pragma once

namespace carillon {

/// Repulsion that keeps atoms out of distances no data covered (docs/theory.md, Eq. 7). Not part of a fit; it belongs to a
/// composed model once, never to a block that is subtracted.
struct Penalty {
  double distance = 0.01;  ///< d_p, Å: it acts below inner + distance
  double scale = 0;        ///< A_p, eV/Å³; 0 turns it off

  struct Value {
    double energy = 0;  ///< eV
    double slope = 0;   ///< eV/Å
  };

  /// @param r      distance, Å
  /// @param inner  inner cutoff of the pair's two-body slot, Å
  Value at(double r, double inner) const;

  bool operator==(const Penalty&) const = default;
};

}  // namespace carillon
