#pragma once

#include <string>

namespace carillon {

std::string version();             ///< `0.1.0`
/// Commit the program was built from, with `-dirty.` and a hash of what is compiled and in no commit; `unknown` outside a
/// checkout.
std::string git_hash();
std::string version_description(); ///< several lines: version, commit, compiler and library versions

}  // namespace carillon
