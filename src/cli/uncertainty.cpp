#include "carillon/cli/uncertainty.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

namespace fs = std::filesystem;

/// Reads a posterior that is there, and sees that it is of the model's block, so that a complaint can name the file.
void add_when_there(const std::string& path, const Hierarchy& model, std::vector<BlockPosterior>& found) {
  if (!fs::exists(path)) return;
  BlockPosterior posterior = read_posterior(path);
  try {
    for (const Block& block : model.blocks)
      if (block.name() == posterior.block) check_posterior(posterior, block);
    check_sensitivities(posterior, model.blocks);
  } catch (const InputError& problem) {
    throw InputError(path + ": " + problem.what());
  }
  found.push_back(std::move(posterior));
}

/// A posterior is about a block given others; without those, or with other versions of them, it says too little.
void warn_of_other_parents(const std::vector<BlockPosterior>& posteriors, const Hierarchy& model) {
  for (const BlockPosterior& posterior : posteriors)
    for (const ParentSensitivity& known : posterior.parents) {
      const bool is_there = std::any_of(model.blocks.begin(), model.blocks.end(), [&](const Block& block) {
        return block.name() == known.parent && block_checksum(block) == known.checksum;
      });
      if (!is_there)
        spdlog::warn(
            "the posterior of block {} is the one given block {} as it was in its fit, which is not in this model: its "
            "deviations may be too small",
            posterior.block, known.parent);
    }
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

std::vector<BlockPosterior> find_posteriors(const std::vector<std::string>& paths, const Hierarchy& model) {
  std::vector<BlockPosterior> found;
  if (paths.size() != 1 || !is_model_folder(paths.front())) {
    for (const std::string& path : paths) add_when_there(posterior_path(path), model, found);
    return found;
  }
  const fs::path folder = fs::absolute(paths.front()).lexically_normal();
  const fs::path beside = (folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path()) / "blocks";
  for (const Block& block : model.blocks) {
    const std::string inside = posterior_path((folder / block.name()).string());
    add_when_there(fs::exists(inside) ? inside : posterior_path((beside / block.name()).string()), model, found);
  }
  return found;
}

std::unique_ptr<UncertainPotential> open_uncertain_potential(const std::vector<std::string>& paths,
                                                             const UncertaintyArguments& arguments) {
  const Hierarchy model = open_model(paths);
  std::vector<BlockPosterior> posteriors = find_posteriors(paths, model);
  warn_of_other_parents(posteriors, model);
  auto potential = std::make_unique<UncertainPotential>(model, std::move(posteriors), arguments.scale);
  for (const std::string& block : potential->certain_blocks())
    spdlog::warn("block {} has no posterior: it counts as certain", block);
  return potential;
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
