#pragma once

#include <string>
#include <vector>

#include "carillon/validate/case_result.hpp"

namespace carillon {

/// What was validated: stands at the head of results and reports.
struct ValidatedModel {
  std::vector<std::string> paths;  ///< as named by the user
  std::string description;         ///< of the potential
  std::string carillon_version;
};

/// All results for programs and for scripts/report.py: `{"model": …, "cases": […]}`. Numbers that are not finite are null.
std::string results_json(const ValidatedModel& model, const std::vector<CaseResult>& results);

/// For people: one line for each case, then one for each check that failed and each case that was skipped.
std::string results_markdown(const std::vector<CaseResult>& results);

/// results_markdown, and of each case its checks, tables and notes.
std::string results_details(const std::vector<CaseResult>& results);

bool any_failed(const std::vector<CaseResult>& results);

}  // namespace carillon
