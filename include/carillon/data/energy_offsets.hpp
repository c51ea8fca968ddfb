#pragma once

#include <string>
#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/data/finding.hpp"
#include "carillon/data/frame_facts.hpp"

namespace carillon {

/// One energy for each element that together explain the energies of the frames as well as they can.
struct EnergyOffsets {
  std::vector<double> offsets;    ///< eV, of each element of the data set; where frames leave a choice, the smallest
  std::vector<double> residuals;  ///< [frames], energy minus offsets, eV/atom; nan where a frame has no energy
};

/// Least absolute deviations of the energy per atom, by reweighted least squares (30 rounds, weights 1/max(|r|, 1e-4 eV)): wild
/// energies do not draw the offsets as they would with least squares.
/// Cost O(frames elements²).
EnergyOffsets fit_energy_offsets(const std::vector<FrameFacts>& facts);

/// A direction in the offsets that changes no frame's energy: with n_e atoms of element e, sum_e direction_e n_e = 0 in all
/// frames.
using OffsetDirection = std::vector<double>;

/// The directions of offsets that the frames with energies leave open: the null space of their compositions. Offsets of `known`
/// elements (those of frozen blocks) are not open. Nothing without any energy.
///
/// @param known  for each element of the data set
std::vector<OffsetDirection> open_offset_directions(const std::vector<FrameFacts>& facts, const std::vector<bool>& known);

/// A warning that names the elements whose energies cannot be told apart, and why, in words. Nothing when all can be.
std::vector<Finding> find_open_offsets(const Dataset& data, const std::vector<FrameFacts>& facts, const std::vector<bool>& known);

}  // namespace carillon
