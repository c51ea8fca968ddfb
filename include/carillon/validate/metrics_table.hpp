#pragma once

#include <string>

#include "carillon/validate/metrics.hpp"

namespace carillon {

/// Tables for people and programs: the same columns in JSON and CSV, with their units in their names (meV/atom, meV/Å and
/// kcal/mol/Å, GPa); the more telling ones in Markdown. What was not compared is null, empty or a dash. In CSV and Markdown the
/// row of everything is the last.
std::string metrics_json(const MetricsTable& table);
std::string metrics_csv(const MetricsTable& table);
std::string metrics_markdown(const MetricsTable& table);

/// Writes metrics.json, metrics.csv and metrics.md.
/// @throws FileError
void write_metrics(const MetricsTable& table, const std::string& folder);

}  // namespace carillon
