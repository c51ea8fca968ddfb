#pragma once

#include <string>

#include "carillon/core/yaml.hpp"
#include "carillon/design/weights.hpp"

namespace carillon {

/// Reads a `weights` section of a recipe on top of the weights given: keys that are not there keep their value.
/// @throws InputError  with file:line for an unknown key, a negative weight, or nothing left to fit
Weights read_weights_spec(const Yaml& node, Weights weights);

/// The section with every default written out, each line indented by `indent` blanks.
std::string weights_spec_yaml(const Weights& weights, int indent);

}  // namespace carillon
