#pragma once

#include <string>

#include "carillon/fit/pipeline.hpp"

namespace carillon {

/// What the steps of a fit did, as JSON: rows, columns, Summary (status, rank, condition, strength and how it was chosen,
/// residuals), reference and target forces by state point, wall times.
std::string fit_summary_json(const FitResult& result);

/// The same in words, one paragraph a step, for the log and the terminal.
std::string fit_summary_text(const FitResult& result);

/// The path of one step over strengths as CSV: lambda, degrees of freedom, GCV, group-out error and its standard error, and the
/// group-out error of each group. Empty text for a step without a path.
std::string path_csv(const StepReport& step);

}  // namespace carillon
