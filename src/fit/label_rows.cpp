#include "carillon/fit/label_rows.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace carillon {
namespace {

/// Numbers of the rows that count, with their factors; forces first, so that atoms can be told by their place.
std::vector<std::pair<std::size_t, double>> counted_rows(const LabelWeights& weights, const Structure& structure,
                                                         bool forces_only) {
  const std::size_t forces = 3 * structure.size();
  std::vector<std::pair<std::size_t, double>> out;
  for (std::size_t row = 0; row < forces; ++row) out.emplace_back(row, weights.force);
  if (forces_only) return out;
  const double volume = structure.cell.any_periodic() ? structure.cell.volume() : 0;
  for (std::size_t v = 0; v < 6 && volume > 0; ++v) {
    const double factor = (v < 3 ? weights.stress : weights.shear) * (weights.stress_times_volume ? volume : 1.0);
    if (factor > 0) out.emplace_back(forces + v, factor);
  }
  const double size = weights.energy_per_atom ? static_cast<double>(structure.size()) : 1.0;
  if (weights.energy > 0) out.emplace_back(forces + 6, weights.energy / size);
  return out;
}

}  // namespace

LabelWeights label_weights(const Weights& weights) {
  return {weights.force,           weights.energy * std::sqrt(weights.energy_multiplicity),
          weights.stress,          weights.stress * std::sqrt(weights.shear_multiplicity),
          weights.energy_per_atom, weights.stress_times_volume};
}

Matrix label_rows(const MomentRows& rows, const LabelWeights& weights, const Structure& structure, bool forces_only) {
  return label_rows(rows.rows(structure), weights, structure, forces_only);
}

Matrix label_rows(const StructureRows& all, const LabelWeights& weights, const Structure& structure, bool forces_only) {
  const auto counted = counted_rows(weights, structure, forces_only);
  Matrix out(static_cast<long>(all.columns()), static_cast<long>(counted.size()));
  for (std::size_t k = 0; k < counted.size(); ++k) {
    const auto [row, factor] = counted[k];
    const std::span<const double> from = all.row(row);
    std::transform(from.begin(), from.end(), out.column(static_cast<long>(k)).begin(), [f = factor](double x) { return f * x; });
  }
  return out;
}

}  // namespace carillon
