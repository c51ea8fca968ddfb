#pragma once

#include "carillon/cli/output_folder.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/fit/audit.hpp"

namespace carillon {

/// Writes the tables distances.csv, energies.csv and pressures.csv and draws them with scripts/plot_audit.py.
/// @throws FileError  a table cannot be written; that plots cannot be drawn is a warning in the log
void write_audit_plots(const Dataset& data, const AuditReport& report, const OutputFolder& folder);

}  // namespace carillon
