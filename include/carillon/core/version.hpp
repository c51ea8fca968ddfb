#pragma once

#include <string>

namespace carillon {

std::string version();             ///< `0.1.0`
std::string git_hash();            ///< commit the program was configured from; `unknown` outside a checkout
std::string version_description(); ///< several lines: version, commit, compiler and library versions

}  // namespace carillon
