#include "carillon/basis/below_inner.hpp"

#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {

BelowInnerShift below_inner_shift(BelowInner behaviour, double r, double inner) {
  constexpr double decay_length = 0.01;  // Å, the field's value
  switch (behaviour) {
    case BelowInner::smooth: {
      const double decay = std::exp((r - inner) / decay_length);
      return {decay_length * (decay - 1), decay};
    }
    case BelowInner::zero_slope: return {0, 0};
    case BelowInner::constant_slope: return {r - inner, 1};
  }
  return {};
}

const char* to_string(BelowInner behaviour) {
  switch (behaviour) {
    case BelowInner::smooth: return "smooth";
    case BelowInner::zero_slope: return "zero_slope";
    case BelowInner::constant_slope: return "constant_slope";
  }
  return "?";
}

BelowInner below_inner(const std::string& name) {
  for (const BelowInner behaviour : {BelowInner::smooth, BelowInner::zero_slope, BelowInner::constant_slope})
    if (name == to_string(behaviour)) return behaviour;
  throw InputError("behaviour below the inner cutoff '" + name + "' is not one of: smooth, zero_slope, constant_slope");
}

}  // namespace carillon
