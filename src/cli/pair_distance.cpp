#include "carillon/cli/pair_distance.hpp"

#include "carillon/core/text_reader.hpp"

namespace carillon {

std::optional<std::pair<ElementPair, double>> pair_distance(const std::string& text) {
  const auto equals = text.find('=');
  const auto dash = text.find('-');
  if (equals == std::string::npos || dash > equals) return std::nullopt;
  const auto a = Element::from_symbol(text.substr(0, dash));
  const auto b = Element::from_symbol(text.substr(dash + 1, equals - dash - 1));
  double distance = 0;
  if (!a || !b || !parse_double(std::string_view(text).substr(equals + 1), distance)) return std::nullopt;
  if (!(distance > 0) || distance > 1e6) return std::nullopt;  // nan and infinity, too
  return std::pair(element_pair(*a, *b), distance);
}

std::string problem_of_pair_distance(const std::string& text) {
  return pair_distance(text) ? "" : "'" + text + "': expected PAIR=DISTANCE with a positive distance in Å, such as C-N=0.9";
}

}  // namespace carillon
