#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/evidence/block_posterior.hpp"
#include "carillon/fit/uncertain_potential.hpp"
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

/// The posteriors that lie beside what open_model reads: in the block folders; or in those of a model folder, or in `blocks/`
/// beside it, where a fit puts them.
/// @throws InputError  a file is damaged
std::vector<BlockPosterior> find_posteriors(const std::vector<std::string>& paths, const Hierarchy& model);

/// @throws InputError  no block has a posterior, or it is about other coefficients; blocks without one are a warning in the log
std::unique_ptr<UncertainPotential> open_uncertain_potential(const std::vector<std::string>& paths,
                                                             const UncertaintyArguments& arguments);

/// Tables for the terminal: the calibration, and with fit_scale the factor that the frames ask for.
std::string calibration_report(const Calibration& calibration, const UncertaintyArguments& arguments);

/// The metrics' JSON with the calibration added under `calibration`.
std::string with_calibration(const std::string& metrics_json, const Calibration& calibration,
                             const UncertaintyArguments& arguments);

}  // namespace carillon
