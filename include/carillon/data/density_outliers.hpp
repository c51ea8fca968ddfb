#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/data/finding.hpp"
#include "carillon/data/frame_facts.hpp"

namespace carillon {

/// The density that a label's name states, g/cm³: `C_3.5gcc_6000K`, `liquid 2.0 g/cm3`.
std::optional<double> density_in_name(const std::string& label);

/// Cells that do not fit their label, by the density computed from cell and atoms.
///
/// - A frame that is further than 5 % and 6 robust sigma from the median of its label (3 frames or more): an error when all
///   others of the label agree within 0.1 % (its cells are meant to be all alike), else a warning. Where that holds of more than
///   a tenth of the frames (and of more than one), they are meant to differ, and nothing is said.
/// - A label whose name states a density further than 5 % and one unit of its last digit from the median of its frames: a
///   warning, an error from 20 % on.
/// Frames that are not periodic in all directions have no density.
std::vector<Finding> find_density_outliers(const Dataset& data, const std::vector<FrameFacts>& facts);

}  // namespace carillon
