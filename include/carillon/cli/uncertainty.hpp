#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "carillon/potential/potential.hpp"
#include "carillon/validate/calibration.hpp"

namespace carillon {

/// What `evaluate` is asked about uncertainties.
struct UncertaintyArguments {
  bool asked = false;
  bool fit_scale = false;  ///< find the scale that fits the frames given
  double scale = 1.0;

  bool wanted() const { return asked || fit_scale || scale != 1.0; }  ///< each of the options stands for the others
};
/// --uncertainty, --uncertainty-scale, --scale-uncertainty.
void add_uncertainty_options(CLI::App& verb, UncertaintyArguments& arguments);

/// @throws as open_uncertain_model; why the deviations may be too small is a warning in the log
std::unique_ptr<Potential> open_uncertain_potential(const std::vector<std::string>& paths, const UncertaintyArguments& arguments);

/// Tables for the terminal: the calibration, and with fit_scale the factor that the frames ask for.
std::string calibration_report(const Calibration& calibration, const UncertaintyArguments& arguments);

/// The metrics' JSON with the calibration added under `calibration`.
std::string with_calibration(const std::string& metrics_json, const Calibration& calibration,
                             const UncertaintyArguments& arguments);

}  // namespace carillon
