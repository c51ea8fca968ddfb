#pragma once

#include <vector>

#include "carillon/core/progress.hpp"
#include "carillon/data/finding.hpp"
#include "carillon/fit/quick_model.hpp"

namespace carillon {

/// Frames in which two elements were taken for each other, as when types come in another order than the names: each frame's
/// forces are compared with the model's for the frame as it stands and with any two of its elements exchanged throughout. A
/// warning where the exchange takes more than a tenth off the misfit, down to a correlation of 0.5 or more.
///
/// @param usable  frames without atoms on top of each other; those of one element, or without forces, are passed over
/// Cost: an evaluation of each frame for itself and for each pair of its elements.
std::vector<Finding> find_exchanged_elements(const Dataset& data, const std::vector<long>& usable, const QuickModel& model,
                                             const ProgressCallback& progress = {});

}  // namespace carillon
