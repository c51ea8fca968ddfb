#pragma once

#include <vector>

#include "carillon/data/dataset.hpp"
#include "carillon/data/energy_offsets.hpp"
#include "carillon/data/finding.hpp"

namespace carillon {

/// Energies that stand out once the offsets of the elements are taken away. Errors, each at its frame.
///
/// - In a label of 3 frames or more: further than 8 sigma and 0.05 eV/atom from the label's median. sigma² is the mean of the
///   label's own robust variance, counted once a frame, and that of all labels together, counted 5 times: a spread seen in 3
///   frames alone is worth little. Where that holds of more than a tenth of the frames (and of more than one), the label mixes
///   states, and nothing is said. Below 1.5 eV/atom it is a warning: the frame may be another state, such as the random packing
///   that a trajectory began with.
/// - In the whole data: further than 10 sigma and 3 eV/atom from the median of all. A warning for clusters and very dilute frames
///   (above 200 Å³/atom), whose atoms may be unbound.
///
/// When the energy is close to its expected value in another unit (Rydberg, Hartree, kcal/mol, kJ/mol, or for one atom), the
/// message says so.
std::vector<Finding> find_energy_outliers(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const EnergyOffsets& offsets);

}  // namespace carillon
