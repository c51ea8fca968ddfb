#include "carillon/basis/smoothing.hpp"

#include <cmath>
#include <numbers>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {

Smoothing::Value Smoothing::at(double r, double outer) const {
  if (r >= outer) return {0, 0};
  if (kind == SmoothingKind::cubic) {
    const double left = 1 - r / outer;
    return {left * left * left, -3 * left * left / outer};
  }
  const double start = outer * (1 - fraction);
  if (r < start) return {1, 0};
  const double width = outer - start;
  const double angle = std::numbers::pi * (r - start) / width;
  return {0.5 + 0.5 * std::cos(angle), -0.5 * std::sin(angle) * std::numbers::pi / width};
}

void Smoothing::check() const {
  if (kind == SmoothingKind::tersoff && !(fraction > 0 && fraction <= 1))
    throw DomainError("tersoff smoothing fraction " + exact_text(fraction) + " is outside (0, 1]");
}

const char* to_string(SmoothingKind kind) { return kind == SmoothingKind::cubic ? "cubic" : "tersoff"; }

SmoothingKind smoothing_kind(const std::string& name) {
  if (name == "cubic") return SmoothingKind::cubic;
  if (name == "tersoff") return SmoothingKind::tersoff;
  throw InputError("smoothing '" + name + "' is not one of: cubic, tersoff");
}

}  // namespace carillon
