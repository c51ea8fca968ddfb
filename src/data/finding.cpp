#include "carillon/data/finding.hpp"

namespace carillon {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

std::string finding_text(const Finding& finding) {
  std::string text = finding.where.file.empty() ? "" : finding.where.text() + ": ";
  return text + std::string(severity_name(finding.severity)) + ": " + finding.check + ": " + finding.message;
}

}  // namespace carillon
