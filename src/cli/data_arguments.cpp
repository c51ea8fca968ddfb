#include "carillon/cli/data_arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "carillon/data/frame_format.hpp"

namespace carillon {
namespace {

/// Sets the quantity of `QUANTITY=NAME`.
/// @return false for any other text
bool set_key(KeyNames& keys, const std::string& assignment) {
  const std::map<std::string, std::string*> known = {{"energy", &keys.energy}, {"forces", &keys.forces},
                                                     {"stress", &keys.stress}, {"virial", &keys.virial},
                                                     {"label", &keys.label},   {"temperature", &keys.temperature}};
  const auto equals = assignment.find('=');
  const auto found = known.find(assignment.substr(0, equals));
  if (equals == std::string::npos || equals + 1 == assignment.size() || found == known.end()) return false;
  *found->second = assignment.substr(equals + 1);
  return true;
}

/// Checked as the command line is read.
std::string problem_of_key(const std::string& assignment) {
  KeyNames keys;
  if (set_key(keys, assignment)) return "";
  return "'" + assignment + "': expected QUANTITY=NAME with one of energy, forces, stress, virial, label, temperature";
}

/// Whether a recipe says that the quantity is not to be taken from the file.
bool is_ignored(Quantity quantity, const LabelKinds& ignored) {
  return (quantity == Quantity::energy && ignored.energy) || (quantity == Quantity::forces && ignored.forces) ||
         (quantity == Quantity::stress && ignored.stress);
}

}  // namespace

void add_data_options(CLI::App& verb, DataArguments& arguments) {
  std::vector<std::string> formats = frame_format_names();
  formats.insert(formats.begin(), "auto");
  verb.add_option("--format", arguments.format,
                  fmt::format("of the data: {}; default: found out from its contents", fmt::join(frame_format_names(), ", ")))
      ->check(CLI::IsMember(formats))
      ->option_text("NAME");
  verb.add_option("--stress", arguments.stress,
                  fmt::format("unit and sign of the stress in extended XYZ, one of\n{};\ndefault: ase (eV/Å³, tension positive)",
                              fmt::join(stress_convention_names(), ", ")))
      ->check(CLI::IsMember(stress_convention_names()))
      ->option_text("NAME");
  verb.add_option("--label", arguments.label, "label for all frames, instead of the data's own")->option_text("LABEL");
  verb.add_option("--key", arguments.keys, "name of a quantity in extended XYZ, such as energy=dft_energy; may be repeated")
      ->check(problem_of_key)
      ->option_text("QUANTITY=NAME");
}

Dataset open_data(const std::vector<std::string>& files, const DataArguments& arguments, const ProgressCallback& progress) {
  std::vector<DataSource> sources;
  for (const std::string& file : files) {
    DataSource source{file, {}};
    source.options.format = arguments.format;
    for (const std::string& assignment : arguments.keys) set_key(source.options.keys, assignment);
    source.options.label = arguments.label;
    if (!arguments.stress.empty()) source.options.stress_convention = stress_convention_from_name(arguments.stress);
    sources.push_back(std::move(source));
  }
  Dataset data(std::move(sources), progress);
  log_keys(data);
  return data;
}

ProgressCallback when_data_are_large(Progress& progress) {
  constexpr long large = 100'000'000;  // bytes: half a second
  return [&progress](long done, long total) {
    if (total >= large) progress.update(done, total);
  };
}

void log_keys(const Dataset& data) {
  for (std::size_t source = 0; source < data.sources().size(); ++source) {
    const auto& [path, options] = data.sources()[source];
    spdlog::info("{}:", path);
    for (const KeyReport& report : data.key_reports(static_cast<int>(source)))
      spdlog::info("  {}", is_ignored(report.quantity, options.ignored)
                               ? fmt::format("{}: ignored", quantity_name(report.quantity))
                               : report.text());
  }
}

}  // namespace carillon
