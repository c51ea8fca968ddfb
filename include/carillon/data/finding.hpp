#pragma once

#include <string>
#include <string_view>

#include "carillon/core/error.hpp"

namespace carillon {

/// How bad a finding is: an error makes the labels wrong, a warning should be looked at, a note is for information.
enum class Severity { note, warning, error };

/// `note`, `warning`, `error`.
std::string_view severity_name(Severity severity);

/// One thing that an audit found in a data set (docs/audit.md lists the checks).
struct Finding {
  Severity severity = Severity::warning;
  std::string check;    ///< name of the check: `net_force`
  Location where;       ///< frame and atom; without a file it is about the data as a whole
  std::string label;    ///< state point; empty where it is about several
  std::string message;  ///< lower case, no final stop
};

/// `train.extxyz:217: frame 3, atom 14: error: net_force: ...`, the order of words of a compiler.
std::string finding_text(const Finding& finding);

}  // namespace carillon
