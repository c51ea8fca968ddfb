#include "carillon/fit/step_settings.hpp"

#include <fmt/format.h>

#include "carillon/fit/weights_spec.hpp"

namespace carillon {

std::string step_settings_yaml(const StepSettings& settings) {
  std::string out = "weights:\n" + weights_spec_yaml(settings.weights, 2) + "solver:\n" + solver_spec_yaml(settings.solver, 2);
  if (!settings.labels.empty()) out += "labels:\n";
  for (const std::string& label : settings.labels) out += "  - " + yaml_quoted(label) + "\n";
  if (const std::string parents = parent_spec_yaml(settings.parents, 2); !parents.empty()) out += "parents:\n" + parents;
  return out + fmt::format("prior_dial: {}\n", settings.prior_dial);
}

StepSettings read_step_settings(const Yaml& node, StepSettings settings) {
  if (const auto value = node.find("weights")) settings.weights = read_weights_spec(*value, settings.weights);
  if (const auto value = node.find("solver")) settings.solver = read_solver_spec(*value, settings.solver);
  if (const auto value = node.find("labels")) settings.labels = value->strings();
  if (const auto value = node.find("parents")) settings.parents = read_parent_spec(*value, settings.parents);
  if (const auto value = node.find("prior_dial")) settings.prior_dial = value->positive();
  return settings;
}

StepSettings read_step_settings(const Evidence& evidence) {
  const Yaml settings = Yaml::load_text(evidence.settings, "settings of evidence of block " + evidence.name());
  settings.require_keys({"weights", "solver", "labels", "parents", "prior_dial"});
  return read_step_settings(settings, {});
}

}  // namespace carillon
