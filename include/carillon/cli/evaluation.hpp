#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "carillon/cli/session.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/potential/potential.hpp"
#include "carillon/validate/calibration.hpp"
#include "carillon/validate/metrics.hpp"
#include "carillon/validate/parity.hpp"

namespace carillon {

/// Files that an evaluation writes; an empty name writes none.
struct EvaluationFiles {
  std::string predictions;  ///< extended XYZ
  std::string parity;       ///< CSV for scripts/plot_parity.py
};

/// Evaluates frames of a data set with the program's progress display, writes the files, and compares with the labels.
/// Collective; the table is complete on the root and empty elsewhere.
/// @param calibration  of the potential's deviations, gathered on the root; null: not wanted
MetricsTable evaluate_and_write(const Session& session, const Potential& potential, const Dataset& data,
                                const std::vector<long>& frames, const EvaluationFiles& files,
                                Calibration* calibration = nullptr);

/// Draws parity plots of a parity CSV into `folder` with scripts/plot_parity.py. Plots are an extra: when they cannot be drawn
/// (no matplotlib) that is a warning in the log and the result false.
bool draw_parity_plots(const std::string& parity_csv, const std::string& folder);

}  // namespace carillon
