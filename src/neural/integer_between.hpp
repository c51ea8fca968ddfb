#pragma once

#include <fmt/format.h>

#include "carillon/core/yaml.hpp"

namespace carillon {

/// @throws InputError  with file and line: no integer, or out of bounds
inline int integer_between(const Yaml& node, int least, int most) {
  const long value = node.integer();
  if (value < least || value > most) node.fail(fmt::format("expected a number between {} and {}", least, most));
  return static_cast<int>(value);
}

/// That of a key, where it is given.
inline int integer_between(const Yaml& node, const char* key, int fallback, int least, int most) {
  const auto value = node.find(key);
  return value ? integer_between(*value, least, most) : fallback;
}

}  // namespace carillon
