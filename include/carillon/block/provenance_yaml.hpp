#pragma once

#include <string>

#include "carillon/block/provenance.hpp"
#include "carillon/core/yaml.hpp"

namespace carillon {

/// The mapping `provenance:` of block.yaml, indented by two blanks, without its own key; empty fields are left out.
std::string provenance_yaml(const Provenance& provenance);

/// @throws InputError  unknown keys or values of the wrong kind, with file and line
Provenance provenance_from(const Yaml& yaml);

}  // namespace carillon
