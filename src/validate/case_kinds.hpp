#pragma once

#include <functional>
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
std::shared_ptr<const ValidationCase> read_hugoniot_case(const Yaml& node, const std::string& folder);

/// Four figures for a table: 0.0123, 12.34.
std::string case_number(double value);

/// A limit between 0 and 1.
/// @throws InputError  it is not
double share(const Yaml& node);

/// Does `work`, and lets the case fail with the reason where numbers give out. For a root's own part of a case: the other ranks wait.
void fail_on_numerical_trouble(CaseResult& result, const std::function<void()>& work);

/// The keys of all kinds, and those of one.
std::vector<std::string> case_keys(std::vector<std::string> own);

}  // namespace carillon
