#pragma once

#include <string>
#include <vector>

#include "carillon/core/yaml.hpp"
#include "carillon/design/weights.hpp"
#include "carillon/evidence/evidence.hpp"
#include "carillon/fit/parent_spec.hpp"
#include "carillon/fit/solver_spec.hpp"

namespace carillon {

/// Everything a step's coefficients depend on beside its rows, its blocks and what they are drawn to: kept with its evidence, and
/// what a refit changes.
struct StepSettings {
  Weights weights;
  SolverSpec solver;
  std::vector<std::string> labels;  ///< state points to fit on; empty: all there are
  ParentSpec parents;
  double prior_dial = 1;
};

std::string step_settings_yaml(const StepSettings& settings);

/// Reads keys `weights`, `solver`, `labels`, `parents`, `prior_dial` over the settings given; others are the caller's affair.
/// @throws InputError  with file:line
StepSettings read_step_settings(const Yaml& node, StepSettings settings);

/// Those that evidence was made with.
/// @throws InputError  they cannot be read
StepSettings read_step_settings(const Evidence& evidence);

}  // namespace carillon
