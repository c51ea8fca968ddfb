#pragma once

#include <memory>
#include <string>

#include "carillon/validate/validation_case.hpp"

namespace carillon {

// The kinds of cases, one file each. Each reads its own keys of a case.yaml and refuses others.
// `folder` is what paths are relative to.
std::shared_ptr<const ValidationCase> read_errors_case(const Yaml& node, const std::string& folder);
std::shared_ptr<const ValidationCase> read_curve_case(const Yaml& node, const std::string& folder);
std::shared_ptr<const ValidationCase> read_elastic_case(const Yaml& node, const std::string& folder);
std::shared_ptr<const ValidationCase> read_dynamics_case(const Yaml& node, const std::string& folder);

/// Four figures for a table: 0.0123, 12.34.
std::string case_number(double value);

/// The keys of all kinds, and those of one.
std::vector<std::string> case_keys(std::vector<std::string> own);

}  // namespace carillon
