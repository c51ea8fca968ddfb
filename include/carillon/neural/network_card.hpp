#pragma once

#include <string>

#include "carillon/neural/network_model.hpp"

namespace carillon {

/// What a person should know of a network before using it, as Markdown: elements, descriptor, layers, weights, and its trainings
/// with their data and stages.
std::string network_card(const NetworkModel& model);

}  // namespace carillon
