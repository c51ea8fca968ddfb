#include "carillon/design/assemble.hpp"

namespace carillon {
namespace {

/// @return  behind what it wrote
double* put(std::span<const double> row, double target, double factor, double* to) {
  for (const double value : row) *to++ = factor * value;
  *to++ = factor * target;
  return to;
}

}  // namespace

RowCounts count_rows(const FrameLabels& frame, const Weights& weights) {
  RowCounts counts;
  if (weights.label_factor(frame.state_point) == 0) return counts;
  if (frame.has_forces && weights.force != 0) counts.force = 3 * static_cast<long>(frame.atoms);
  if (weights.stress != 0) counts.stress = frame.stress_components;
  if (frame.has_energy && weights.energy != 0) counts.energy = 1;
  return counts;
}

RowCounts count_rows(const RowCounts& frame, const FramePart& part) {
  RowCounts counts = part.has_frame_rows ? frame : RowCounts{};
  counts.force = frame.force > 0 ? 3 * static_cast<long>(part.atoms()) : 0;
  return counts;
}

WeightedRows assemble(const Structure& structure, const StructureRows& rows, const Target& target, const Weights& weights) {
  return assemble(structure, rows, target, weights, FramePart::whole(structure));
}

WeightedRows assemble(const Structure& structure, const StructureRows& rows, const Target& target, const Weights& weights,
                      const FramePart& part) {
  const int stress_components = !target.stress ? 0 : structure.stress_is_diagonal ? 3 : 6;
  WeightedRows out;
  const RowCounts whole = count_rows(
      {structure.label, structure.size(), target.energy.has_value(), target.forces.has_value(), stress_components}, weights);
  out.counts = count_rows(whole, part);
  out.values = LargeVector(static_cast<std::size_t>(out.counts.total()) * (rows.columns() + 1));
  double* to = out.values.data();
  if (out.counts.force > 0)
    for (std::size_t i = 0; i < part.atoms(); ++i)
      for (int axis = 0; axis < 3; ++axis)
        to = put(rows.row(3 * i + static_cast<std::size_t>(axis)), (*target.forces)[part.begin + i][axis],
                 weights.force_factor(structure), to);
  for (int v = 0; v < out.counts.stress; ++v)
    to = put(rows.row(3 * part.atoms() + static_cast<std::size_t>(v)), (*target.stress)(voigt_row[v], voigt_column[v]),
             weights.stress_factor(structure, v), to);
  if (out.counts.energy > 0) put(rows.row(3 * part.atoms() + 6), *target.energy, weights.energy_factor(structure), to);
  return out;
}

}  // namespace carillon
