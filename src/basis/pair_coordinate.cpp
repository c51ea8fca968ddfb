#include "carillon/basis/pair_coordinate.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

double transformed(CoordinateKind kind, double r, double lambda) {
  switch (kind) {
    case CoordinateKind::morse: return std::exp(-r / lambda);
    case CoordinateKind::inverse: return 1 / r;
    case CoordinateKind::direct: return r;
  }
  return r;
}

}  // namespace

PairCoordinate::PairCoordinate(CoordinateKind kind, double inner, double outer, double lambda) : kind_(kind), lambda_(lambda) {
  if (!(inner >= 0) || !(outer > inner) || !std::isfinite(outer))
    throw DomainError("inner cutoff " + exact_text(inner) + " and outer cutoff " + exact_text(outer) + " must satisfy 0 <= inner < outer");
  if (kind == CoordinateKind::inverse && inner == 0) throw DomainError("the inverse coordinate needs an inner cutoff above zero");
  if (kind == CoordinateKind::morse && !(lambda > 0 && std::isfinite(lambda)))
    throw DomainError("morse length " + exact_text(lambda) + " must be above zero");
  const double at_inner = transformed(kind, inner, lambda);
  const double at_outer = transformed(kind, outer, lambda);
  centre_ = 0.5 * (at_inner + at_outer);
  half_width_ = 0.5 * std::abs(at_inner - at_outer);
}

PairCoordinate::Value PairCoordinate::at(double r) const {
  const double x = transformed(kind_, r, lambda_);
  double dx = 1;
  if (kind_ == CoordinateKind::morse) dx = -x / lambda_;
  if (kind_ == CoordinateKind::inverse) dx = -x * x;
  return {std::clamp((x - centre_) / half_width_, -1.0, 1.0), dx / half_width_};
}

const char* to_string(CoordinateKind kind) {
  switch (kind) {
    case CoordinateKind::morse: return "morse";
    case CoordinateKind::inverse: return "inverse";
    case CoordinateKind::direct: return "direct";
  }
  return "?";
}

CoordinateKind coordinate_kind(const std::string& name) {
  for (const CoordinateKind kind : {CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct})
    if (name == to_string(kind)) return kind;
  throw InputError("coordinate '" + name + "' is not one of: morse, inverse, direct");
}

}  // namespace carillon
