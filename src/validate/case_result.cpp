#include "carillon/validate/case_result.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carillon {

const char* to_string(CaseStatus status) {
  if (status == CaseStatus::passed) return "passed";
  return status == CaseStatus::failed ? "failed" : "skipped";
}

const char* to_string(CheckState state) {
  switch (state) {
    case CheckState::told:
      return "told";
    case CheckState::passed:
      return "passed";
    case CheckState::failed:
      return "failed";
    default:
      return "not judged";
  }
}

CheckState CaseCheck::state() const {
  if (!not_judged.empty()) return CheckState::not_judged;
  if (!limit) return CheckState::told;
  const bool holds = std::isfinite(value) && (reference ? std::abs(value - *reference) : value) <= *limit;
  return holds ? CheckState::passed : CheckState::failed;
}

void CaseResult::skip(const std::string& why) {
  status = CaseStatus::skipped;
  reason = why;
}

void CaseResult::fail(const std::string& why) {
  status = CaseStatus::failed;
  reason = reason.empty() ? why : reason + "; " + why;
}

void CaseResult::leave_unjudged(const std::string& quantity, const std::string& unit, const std::optional<double>& limit,
                                const std::string& why) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (limit) checks.push_back({quantity, unit, none, std::nullopt, limit, why});
}

long CaseResult::count(CheckState state) const {
  return std::count_if(checks.begin(), checks.end(), [&](const CaseCheck& check) { return check.state() == state; });
}

void CaseResult::judge() {
  if (status != CaseStatus::skipped && count(CheckState::failed) > 0) status = CaseStatus::failed;
}

}  // namespace carillon
