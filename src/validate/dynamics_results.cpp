#include "carillon/validate/dynamics_results.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t joined_bins = 4;

DynamicsRun run_of(const nlohmann::json& json, const std::string& name) {
  DynamicsRun run;
  run.name = name;
  run.failure = json.at("failure").get<std::string>();
  run.lasted = json.at("lasted_ps").get<double>();
  run.asked = json.at("asked_ps").get<double>();
  if (!run.failure.empty()) return run;
  run.temperature = json.at("temperature_K").get<double>();
  if (json.contains("virial_pressure_GPa")) run.virial_pressure = json.at("virial_pressure_GPa").get<double>();
  if (json.contains("potential_energy_eV_atom")) run.potential_energy = json.at("potential_energy_eV_atom").get<double>();
  for (const auto& [pair, points] : json.at("rdf").items()) {
    for (const auto& point : points) {
      run.radial[pair].distance.push_back(point.at(0).get<double>());
      run.radial[pair].value.push_back(point.at(1).get<double>());
    }
  }
  return run;
}

DynamicsRun read_run(const fs::path& file, const std::string& name) {
  std::ifstream stream(file);
  try {
    return run_of(nlohmann::json::parse(stream), name);
  } catch (const nlohmann::json::exception& problem) {
    throw InputError(file.string() + ": is no result of scripts/run_md.py: " + problem.what());
  }
}

/// `nvt_2` is one of `nvt`; `nvt_long_2` is not.
bool is_of(const std::string& run, const std::string& folder) {
  if (!folder.starts_with(run + "_")) return false;
  const std::string seed = folder.substr(run.size() + 1);
  return !seed.empty() && seed.find_first_not_of("0123456789") == std::string::npos;
}

std::vector<double> joined(const std::vector<double>& values) {
  std::vector<double> out(values.size() / joined_bins, 0);
  for (std::size_t k = 0; k < out.size() * joined_bins; ++k) out[k / joined_bins] += values[k];
  return out;
}

}  // namespace

DynamicsRuns read_dynamics(const std::string& folder, const std::string& state, const std::string& run) {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fs::path(folder) / state, none))
    if (entry.is_directory() && is_of(run, entry.path().filename().string())) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  DynamicsRuns runs;
  for (const fs::path& path : found) {
    const std::string name = path.filename().string();
    if (fs::exists(path / "result.json"))
      runs.finished.push_back(read_run(path / "result.json", name));
    else
      runs.unfinished.push_back(name);
  }
  return runs;
}

std::optional<double> radial_difference(const std::vector<double>& a, const std::vector<double>& b) {
  const std::vector<double> first = joined(a);
  const std::vector<double> second = joined(b);
  double apart = 0, together = 0;
  for (std::size_t k = 0; k < std::min(first.size(), second.size()); ++k) {
    apart += std::abs(first[k] - second[k]);
    together += first[k] + second[k];
  }
  return together > 0 ? std::optional(apart / together) : std::nullopt;
}

}  // namespace carillon
