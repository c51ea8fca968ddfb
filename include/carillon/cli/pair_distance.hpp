#pragma once

#include <optional>
#include <string>
#include <utility>

#include "carillon/geometry/close_pairs.hpp"

namespace carillon {

/// A pair of elements with a distance in Å, as given on the command line: `C-N=0.9`; nothing for any other text.
std::optional<std::pair<ElementPair, double>> pair_distance(const std::string& text);

/// For CLI11's check(): the empty text, or what is wrong with it.
std::string problem_of_pair_distance(const std::string& text);

}  // namespace carillon
