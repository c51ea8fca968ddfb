#pragma once

#include <string>
#include <vector>

namespace carillon {

/// Runs one of the plot scripts (scripts/plot_*.py). Plots are an extra: when they cannot be drawn (no matplotlib) that is a
/// warning in the log and the result false.
///
/// @param what  for the warning: `parity plots`
bool draw_plots(const std::string& what, const std::string& script, const std::vector<std::string>& arguments);

}  // namespace carillon
