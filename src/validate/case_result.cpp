#include "carillon/validate/case_result.hpp"

#include <algorithm>
#include <cmath>

namespace carillon {

const char* to_string(CaseStatus status) {
  if (status == CaseStatus::passed) return "passed";
  return status == CaseStatus::failed ? "failed" : "skipped";
}

bool CaseCheck::passed() const {
  if (!limit) return true;
  return std::isfinite(value) && (reference ? std::abs(value - *reference) : value) <= *limit;
}

void CaseResult::skip(const std::string& why) {
  status = CaseStatus::skipped;
  reason = why;
}

void CaseResult::judge() {
  if (status == CaseStatus::skipped) return;
  const bool all = std::all_of(checks.begin(), checks.end(), [](const CaseCheck& check) { return check.passed(); });
  status = all ? CaseStatus::passed : CaseStatus::failed;
}

}  // namespace carillon
