#pragma once

#include <string>

#include "carillon/data/dataset.hpp"

namespace carillon {

/// What a person should know of data whose energies are of several levels of theory, by the key `label_level`
/// of their frames: the zeros of energies differ, and a model of all would learn the difference. Empty where one level, or none,
/// is named; frames without an energy, or whose energy is ignored, do not count.
/// Cost: the comment line of each frame with an energy.
std::string mixed_levels_complaint(const Dataset& data);

}  // namespace carillon
