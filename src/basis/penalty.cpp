#include "carillon/basis/penalty.hpp"

namespace carillon {

Penalty::Value Penalty::at(double r, double inner) const {
  const double depth = inner + distance - r;
  if (depth <= 0) return {0, 0};
  return {scale * depth * depth * depth, -3 * scale * depth * depth};
}

}  // namespace carillon
