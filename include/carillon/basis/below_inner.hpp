#pragma once

#include <string>

namespace carillon {

/// How the polynomials go on below the inner cutoff, where they were never fitted (docs/theory.md, Eq. 8).
enum class BelowInner {
  smooth,          ///< the slope decays as exp((r - inner)/0.01 Å): the field's evaluator, and the default
  zero_slope,      ///< the value at the inner cutoff
  constant_slope,  ///< a straight line
};

/// The factor k(r) in T_n(r) = T_n(inner) + k T_n'(inner), and its slope.
struct BelowInnerShift {
  double shift = 0;  ///< k, Å
  double slope = 0;  ///< dk/dr
};

/// @param r  distance, Å, below `inner`
BelowInnerShift below_inner_shift(BelowInner behaviour, double r, double inner);

const char* to_string(BelowInner behaviour);
/// @throws InputError  not `smooth`, `zero_slope` or `constant_slope`
BelowInner below_inner(const std::string& name);

}  // namespace carillon
