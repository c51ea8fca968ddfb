#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "carillon/data/dataset.hpp"

namespace carillon {

/// What an audit keeps of a frame, so that it can compare frames without holding them: about 150 bytes.
struct FrameFacts {
  long atoms = 0;
  std::vector<long> counts;       ///< atoms of each element of the data set, in the order of Dataset::elements()
  bool periodic = false;          ///< in all three directions
  double volume = 0;              ///< Å³; 0 when there is none
  double density = 0;             ///< g/cm³; 0 when there is none
  std::optional<double> energy;   ///< eV
  double force_rms = 0;           ///< of the components, eV/Å; 0 without forces
  bool has_zero_force = false;    ///< a force component is exactly zero: the frame is symmetric, or its forces constrained
  std::uint64_t force_hash = 0;   ///< of their bits; 0 without forces, or when all are zero
  std::uint64_t stress_hash = 0;  ///< likewise
  /// |sum_j Z_j exp(2 pi i g·f_j)| / sum_j Z_j for g = 100, 010, 001, 111 and fractional coordinates f: the same for any order of
  /// the atoms, any wrapping and any shift of the whole frame, and not by chance for two frames that differ.
  std::array<double, 4> fingerprint{};
};

/// @param elements  of the whole data set, sorted; those of the frame are among them
/// Cost O(atoms).
FrameFacts frame_facts(const Structure& frame, const std::vector<Element>& elements);

/// Where frame `frame` of a data set stands: its file, count line and number in the file.
Location location_of(const Dataset& data, long frame);

/// Frames of each label, in order of appearance.
struct LabelFrames {
  std::string label;
  std::vector<long> frames;
};
std::vector<LabelFrames> frames_by_label(const Dataset& data);

}  // namespace carillon
