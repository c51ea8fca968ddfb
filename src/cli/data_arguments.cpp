#include "carillon/cli/data_arguments.hpp"

#include <spdlog/spdlog.h>

#include "carillon/core/error.hpp"
#include "carillon/data/frame_format.hpp"

namespace carillon {
namespace {

KeyNames parse_keys(const std::vector<std::string>& assignments) {
  KeyNames keys;
  const std::map<std::string, std::string*> known = {{"energy", &keys.energy}, {"forces", &keys.forces}, {"stress", &keys.stress},
                                                     {"virial", &keys.virial}, {"label", &keys.label},   {"temperature", &keys.temperature}};
  for (const std::string& assignment : assignments) {
    const auto equals = assignment.find('=');
    const auto found = known.find(assignment.substr(0, equals));
    if (equals == std::string::npos || found == known.end())
      throw InputError("--key " + assignment + ": expected QUANTITY=NAME with one of energy, forces, stress, virial, label, temperature");
    *found->second = assignment.substr(equals + 1);
  }
  return keys;
}

}  // namespace

void add_data_options(CLI::App& verb, DataArguments& arguments) {
  std::vector<std::string> formats = frame_format_names();
  formats.insert(formats.begin(), "auto");
  verb.add_option("--format", arguments.format, "format of the data")->check(CLI::IsMember(formats))->capture_default_str();
  verb.add_option("--stress", arguments.stress, "unit and sign of the stress in extended XYZ; default: ase (eV/Å³, tension positive)")
      ->check(CLI::IsMember(stress_convention_names()));
  verb.add_option("--label", arguments.label, "label for all frames, instead of the data's own");
  verb.add_option("--key", arguments.keys, "name of a quantity in extended XYZ, such as energy=dft_energy; may be repeated");
}

Dataset open_data(const std::vector<std::string>& files, const DataArguments& arguments) {
  std::vector<DataSource> sources;
  for (const std::string& file : files) {
    DataSource source{file, {}};
    source.options.format = arguments.format;
    source.options.keys = parse_keys(arguments.keys);
    source.options.label = arguments.label;
    if (!arguments.stress.empty()) source.options.stress_convention = stress_convention_from_name(arguments.stress);
    sources.push_back(std::move(source));
  }
  Dataset data(std::move(sources));
  log_keys(data);
  return data;
}

void log_keys(const Dataset& data) {
  for (std::size_t source = 0; source < data.sources().size(); ++source) {
    spdlog::info("{}:", data.sources()[source].path);
    for (const KeyReport& report : data.key_reports(static_cast<int>(source))) spdlog::info("  {}", report.text());
  }
}

}  // namespace carillon
