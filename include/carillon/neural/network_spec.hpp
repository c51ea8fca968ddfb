#pragma once

#include <string>
#include <vector>

#include "carillon/core/yaml.hpp"
#include "carillon/neural/activation.hpp"

namespace carillon {

/// Which network learns, whatever it is made of: the choice of a recipe and of a model file (docs/neural.md, "A recipe").
struct NetworkSpec {
  std::vector<int> hidden = {24, 24};  ///< nodes of the hidden layers
  Activation activation = Activation::tanh;

  bool operator==(const NetworkSpec&) const = default;
};

/// @param more_keys  that may stand beside, and are not looked at
/// @throws InputError  unknown keys, numbers out of range
NetworkSpec read_network_spec(const Yaml& node, const std::vector<std::string>& more_keys = {});

/// The same on one line, with every default written out, without the braces around.
std::string network_spec_yaml(const NetworkSpec& spec);

/// One line for logs: `hidden layers [24, 24] tanh`.
std::string network_spec_text(const NetworkSpec& spec);

}  // namespace carillon
