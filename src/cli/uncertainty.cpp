#include "carillon/cli/uncertainty.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "carillon/api/open_uncertain.hpp"

namespace carillon {
namespace {

/// Of K members errors over deviations are Student's t with K - 1 degrees of freedom, whose mean square has no limit up to two;
/// and the deviation itself is uncertain by 1 / sqrt(2 (K - 1)).
void warn_of_small_committee(std::size_t members) {
  constexpr std::size_t enough = 4;
  if (members == 0 || members >= enough) return;
  spdlog::warn(
      "a factor of deviations from a committee of {} means little: the scatter of so few is itself uncertain by {:.0f} %, "
      "and the mean square of errors over such deviations, whose root the factor is, has no limit; take {} members or more",
      members, 100 / std::sqrt(2.0 * static_cast<double>(members - 1)), enough);
}

}  // namespace

void add_uncertainty_options(CLI::App& verb, UncertaintyArguments& arguments) {
  verb.add_flag("--uncertainty", arguments.asked,
                "standard deviations from the blocks' posteriors (posterior.h5): energy_std,\n"
                "forces_std and stress_std beside the predictions, their calibration beside the errors");
  verb.add_option("--uncertainty-scale", arguments.scale, "multiply the standard deviations by this; default: 1")
      ->check(CLI::PositiveNumber)
      ->option_text("FACTOR");
  verb.add_flag("--scale-uncertainty", arguments.fit_scale, "find the factor that the errors of these frames ask for");
}

std::unique_ptr<Potential> open_uncertain_potential(const std::vector<std::string>& paths,
                                                    const UncertaintyArguments& arguments) {
  UncertainModel model = open_uncertain_model(paths, arguments.scale);
  for (const std::string& doubt : model.doubts) spdlog::warn("{}", doubt);
  if (arguments.fit_scale) warn_of_small_committee(model.members);
  return std::move(model.potential);
}

std::string calibration_report(const Calibration& calibration, const UncertaintyArguments& arguments) {
  if (!arguments.wanted()) return "";
  std::string text;
  if (!calibration.rows().empty()) text = "\n" + calibration_markdown(calibration.rows());
  if (calibration.rows().empty() && calibration.left_out() > 0)
    return fmt::format("\nNo calibration: no uncertain block has a part in any of the {} labels.\n", calibration.left_out());
  if (calibration.left_out() > 0)
    text +=
        fmt::format("\n{} numbers are not in this table: no block that they depend on is uncertain.\n", calibration.left_out());
  if (!arguments.fit_scale) return text;
  const double scale = calibration.scale();
  return text + fmt::format("\nThese frames ask for deviations {:.4g} times as large (--uncertainty-scale {:.6g}):\n\n{}", scale,
                            scale * arguments.scale, calibration_markdown(calibration.rows(scale)));
}

std::string with_calibration(const std::string& metrics_json, const Calibration& calibration,
                             const UncertaintyArguments& arguments) {
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(metrics_json);
  nlohmann::ordered_json& part = json["calibration"];
  part["scale"] = arguments.scale;
  part["left_out"] = calibration.left_out();
  part["quantities"] = nlohmann::ordered_json::parse(calibration_json(calibration.rows()));
  if (arguments.fit_scale) {
    part["fitted_scale"] = calibration.scale() * arguments.scale;
    part["quantities_with_fitted_scale"] = nlohmann::ordered_json::parse(calibration_json(calibration.rows(calibration.scale())));
  }
  return json.dump(2) + "\n";
}

}  // namespace carillon
