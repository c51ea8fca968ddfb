#include "carillon/fit/weights_spec.hpp"

#include <fmt/format.h>

namespace carillon {

Weights read_weights_spec(const Yaml& node, Weights weights) {
  node.require_keys({"force", "energy", "stress", "energy_per_atom", "stress_times_volume", "multiplicity", "labels"});
  const auto weight = [&](const char* key, double& value) {
    const auto found = node.find(key);
    if (!found) return;
    value = found->number();
    if (value < 0) found->fail("a weight cannot be negative");
  };
  weight("force", weights.force);
  weight("energy", weights.energy);
  weight("stress", weights.stress);
  weights.energy_per_atom = node.boolean_or("energy_per_atom", weights.energy_per_atom);
  weights.stress_times_volume = node.boolean_or("stress_times_volume", weights.stress_times_volume);
  if (const auto value = node.find("multiplicity")) {
    value->require_keys({"energy", "shear"});
    if (const auto energy = value->find("energy")) weights.energy_multiplicity = energy->positive();
    if (const auto shear = value->find("shear")) weights.shear_multiplicity = shear->positive();
  }
  if (const auto value = node.find("labels"))
    for (const auto& [label, factor] : value->entries()) {
      weights.labels[label] = factor.number();
      if (weights.labels[label] < 0) factor.fail("a weight cannot be negative");
    }
  if (weights.force == 0 && weights.energy == 0 && weights.stress == 0) node.fail("all weights are zero: nothing to fit");
  return weights;
}

std::string weights_spec_yaml(const Weights& weights, int indent) {
  const std::string pad(static_cast<std::size_t>(indent), ' ');
  std::string out;
  const auto line = [&](const char* key, const auto& value) { out += fmt::format("{}{}: {}\n", pad, key, value); };
  line("force", weights.force);
  line("energy", weights.energy);
  line("stress", weights.stress);
  line("energy_per_atom", weights.energy_per_atom);
  line("stress_times_volume", weights.stress_times_volume);
  line("multiplicity", fmt::format("{{energy: {}, shear: {}}}", weights.energy_multiplicity, weights.shear_multiplicity));
  if (!weights.labels.empty()) out += pad + "labels:\n";
  for (const auto& [label, factor] : weights.labels) out += fmt::format("{}  {}: {}\n", pad, yaml_quoted(label), factor);
  return out;
}

}  // namespace carillon
