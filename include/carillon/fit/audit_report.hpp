#pragma once

#include <string>

#include "carillon/data/dataset.hpp"
#include "carillon/fit/audit.hpp"

namespace carillon {

/// Findings of one check and label that the text shows; the JSON holds all.
inline constexpr long findings_shown = 5;

/// For the terminal: a line for each label, one for each finding (finding_text), and one with their numbers.
std::string audit_text(const Dataset& data, const AuditReport& report);

/// Everything for programs (docs/audit.md lists the keys): frames, labels, findings, energy offsets, distances of each pair of
/// elements, and the agreement of each file's labels with the model of its forces.
std::string audit_json(const Dataset& data, const AuditReport& report);

}  // namespace carillon
