#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "carillon/core/large_vector.hpp"
#include "carillon/design/frame_part.hpp"
#include "carillon/design/weights.hpp"

namespace carillon {

/// What a fit's rows have to reproduce: the reference labels of a frame minus what frozen blocks already give.
struct Target {
  std::optional<double> energy;                        ///< eV
  std::optional<std::vector<Eigen::Vector3d>> forces;  ///< eV/Å
  std::optional<Eigen::Matrix3d> stress;               ///< eV/Å³
};

/// Weighted rows [A | b] of one frame, row-major, columns + 1 wide.
struct WeightedRows {
  RowCounts counts;
  LargeVector values;
};

/// Takes the rows a frame has targets for, with a weight other than zero, multiplied by their factors: forces, then stress
/// (xx yy zz, and yz xz xy unless the source held only the diagonal), then energy.
WeightedRows assemble(const Structure& structure, const StructureRows& rows, const Target& target, const Weights& weights);
/// The same for a part of the frame.
/// @param rows    of the part
/// @param target  of the whole frame
WeightedRows assemble(const Structure& structure, const StructureRows& rows, const Target& target, const Weights& weights,
                      const FramePart& part);

/// What a frame is labelled with.
struct FrameLabels {
  std::string state_point;
  std::size_t atoms = 0;
  bool has_energy = false;
  bool has_forces = false;
  int stress_components = 0;  ///< 0, 3 (diagonal) or 6
};

/// The row counts assemble() would give, from the labels alone.
RowCounts count_rows(const FrameLabels& frame, const Weights& weights);
/// Of a part, from those of the whole frame.
RowCounts count_rows(const RowCounts& frame, const FramePart& part);

}  // namespace carillon
