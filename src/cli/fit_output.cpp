#include "carillon/cli/fit_output.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>

#include "carillon/block/atomic_folder.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/cli/frame_sets.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/version.hpp"
#include "carillon/evidence/evidence_file.hpp"
#include "carillon/fit/report.hpp"
#include "carillon/fit/step_posteriors.hpp"

namespace carillon {
namespace {

/// What a fit writes beside `blocks/` and `carillon.log`; docs/file_formats.md lists it.
bool is_result_name(const std::string& name) {
  static const std::set<std::string> fixed{"model",        "recipe.yaml", "split.json", "summary.json",
                                           "metrics.json", "metrics.csv", "metrics.md"};
  const bool of_step = name.starts_with("path_") || name.starts_with("price_") || name.starts_with("settings_");
  if (fixed.contains(name) || (of_step && (name.ends_with(".csv") || name.ends_with(".md") || name.ends_with(".yaml"))))
    return true;
  for (const std::string set : {"train", "test"})
    if (name == "predictions_" + set + ".extxyz" || name == "parity_" + set + ".csv") return true;
  return false;
}

/// Whether a name is `path_C_C-N.csv` or the like: of steps that fitted some of these blocks, and of nothing else.
bool is_step_file(const std::string& name, const std::set<std::string>& blocks) {
  const bool path = name.starts_with("path_") && name.ends_with(".csv");
  const bool price = name.starts_with("price_") && (name.ends_with(".csv") || name.ends_with(".md"));
  const bool settings = name.starts_with("settings_") && name.ends_with(".yaml");
  if (!path && !price && !settings) return false;
  const std::size_t start = name.find('_') + 1;
  std::istringstream words(name.substr(start, name.rfind('.') - start));
  for (std::string word; std::getline(words, word, '_');)
    if (!blocks.contains(word)) return false;
  return true;
}

/// A folder of `plots_train` and the like that holds parity plots and nothing else.
bool holds_plots_only(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) return false;
  const std::filesystem::directory_iterator entries(folder);
  return std::all_of(begin(entries), end(entries), [](const std::filesystem::directory_entry& entry) {
    return entry.is_regular_file() && entry.path().filename().string().starts_with("parity_");
  });
}

/// Removes what a result of this program may have left under such a name; a folder of the user's of that name stays.
void remove_own(const std::filesystem::path& path) {
  const bool is_folder = std::filesystem::is_directory(path);
  if (!is_folder || is_block_folder(path) || is_model_folder(path) || holds_plots_only(path)) std::filesystem::remove_all(path);
}

/// @throws InputError  a folder that is not a block's or a model's stands where one is to be put
void refuse_other_folder(const std::string& path, const char* kind, bool (*is_own)(const std::string&)) {
  if (std::filesystem::exists(path) && !is_own(path))
    throw InputError(fmt::format("{}: exists and is not a {} folder, so it is not overwritten", path, kind));
}

/// What an earlier fit into this folder left and this one need not replace: other blocks, sets of frames and paths.
void remove_earlier_result(const OutputFolder& folder) {
  namespace fs = std::filesystem;
  const fs::path root = folder.path();
  if (!is_model_folder(folder.file("model"))) return;
  std::vector<fs::path> old;
  for (const std::string set : {"train", "test"})
    for (const std::string& name : {"predictions_" + set + ".extxyz", "parity_" + set + ".csv", "plots_" + set})
      old.push_back(root / name);
  std::set<std::string> blocks;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "model"))
    if (entry.is_directory()) blocks.insert(entry.path().filename());
  for (const std::string& block : blocks) old.push_back(root / "blocks" / block);
  for (const fs::directory_entry& entry : fs::directory_iterator(root))
    if (is_step_file(entry.path().filename(), blocks)) old.push_back(entry.path());
  for (const fs::path& path : old) remove_own(path);
}

/// The folders of frozen blocks; for a block inside `model/`, also the one in `blocks/` beside, where a fit puts its posterior.
std::vector<std::string> frozen_folders(const Recipe& recipe) {
  std::vector<std::string> folders;
  for (const StepSpec& step : recipe.steps) {
    if (step.frozen.empty()) continue;
    folders.push_back(step.frozen);
    const std::filesystem::path block = std::filesystem::absolute(step.frozen).lexically_normal();
    folders.push_back((block.parent_path().parent_path() / "blocks" / block.filename()).string());
  }
  return folders;
}

/// Path, price, evidence and posteriors of a step, where it has them.
void write_step(const OutputFolder& folder, const OutputFolder& blocks, const StepReport& step, const Hierarchy& model) {
  const std::string names = fmt::format("{}", fmt::join(step.blocks, "_"));
  if (const std::string path = path_csv(step); !path.empty()) write_file(folder.file("path_" + names + ".csv"), path);
  if (step.price) {
    write_file(folder.file("price_" + names + ".md"), price_markdown(*step.price));
    write_file(folder.file("price_" + names + ".csv"), price_csv(*step.price));
  }
  if (step.evidence) write_evidence(evidence_path(blocks.file(step.evidence->blocks.front().name())), *step.evidence);
  for (const BlockPosterior& posterior : step_posteriors(step, model.blocks))
    write_posterior(posterior_path(blocks.file(posterior.block)), posterior);
}

/// Whether the folder holds this very block, perhaps with evidence, which writing it anew would remove.
bool is_there(const std::string& folder, const Block& block) {
  return is_block_folder(folder) && block_checksum(read_block(folder)) == block_checksum(block);
}

bool is_fitted(const Block& block, const FitResult& result) {
  return std::any_of(result.steps.begin(), result.steps.end(), [&](const StepReport& step) {
    const auto named = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), block.name()) != names.end();
    };
    return !step.frozen && (named(step.blocks) || named(step.moved_parents));
  });
}

/// Removes an earlier result, as far as its names are known; nothing where there is no model.
void remove_earlier_fit(const OutputFolder& folder) {
  if (!is_model_folder(folder.file("model"))) return;
  remove_earlier_result(folder);
  for (const char* name : {"metrics.json", "metrics.csv", "metrics.md", "recipe.yaml", "split.json", "carillon.log", "model"})
    remove_own(folder.file(name));
}

/// The folder inside a result's where the next one is written before it takes its place.
constexpr const char* staging_name = "result";

void put_in_place(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code problem;
  std::filesystem::remove_all(to, problem);
  if (!problem) std::filesystem::rename(from, to, problem);
  if (problem) throw FileError(to.string() + ": cannot be put in place: " + problem.message());
}

/// The whole result that was written at `fresh`, in place of an earlier one.
void put_result_in_place(const OutputFolder& fresh, const OutputFolder& folder, const FitResult& result) {
  remove_earlier_fit(folder);
  const OutputFolder blocks(folder.file("blocks"), true);
  for (const Block& block : result.model.blocks)
    if (is_fitted(block, result) || !is_there(blocks.file(block.name()), block))
      put_in_place(fresh.file("blocks/" + block.name()), blocks.file(block.name()));
  std::filesystem::remove_all(fresh.file("blocks"));
  std::vector<std::filesystem::path> rest;
  for (const auto& entry : std::filesystem::directory_iterator(fresh.path())) rest.push_back(entry.path());
  for (const std::filesystem::path& path : rest) put_in_place(path, folder.file(path.filename()));
}

/// @throws InputError  a file of `fresh` would take the place of a folder
void refuse_folders_for_files(const OutputFolder& fresh, const OutputFolder& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(fresh.path()))
    if (const std::string to = folder.file(entry.path().filename()); entry.is_regular_file() && std::filesystem::is_directory(to))
      throw InputError(to + ": exists and is a folder, so it is not overwritten");
}

}  // namespace

void refuse_foreign_folders(const OutputFolder& folder, const std::vector<std::string>& blocks) {
  const std::string of_blocks = folder.file("blocks");
  if (std::filesystem::exists(of_blocks) && !std::filesystem::is_directory(of_blocks))
    throw InputError(of_blocks + ": exists and is not a folder");
  for (const std::string& block : blocks) refuse_other_folder(OutputFolder::file_in(of_blocks, block), "block", is_block_folder);
  refuse_other_folder(folder.file("model"), "model", is_model_folder);
}

void write_result(const OutputFolder& folder, const FitResult& result, bool overwrite) {
  write_file(folder.file("summary.json"), fit_summary_json(result));
  const OutputFolder blocks(folder.file("blocks"), true);
  for (const Block& block : result.model.blocks)
    if (is_fitted(block, result) || !is_there(blocks.file(block.name()), block))
      write_block(blocks.file(block.name()), block, overwrite);
  for (const StepReport& step : result.steps) write_step(folder, blocks, step, result.model);
  spdlog::info("{}", fit_summary_text(result));
}

void write_fit(const OutputFolder& folder, const Recipe& recipe, const Dataset& data, const Split& split, const FitResult& result,
               bool overwrite) {
  if (overwrite) remove_earlier_result(folder);
  write_file(folder.file("recipe.yaml"),
             "# written by carillon " + version() + " from " + recipe.file + "\n" + recipe_yaml(with_absolute_paths(recipe)));
  write_file(folder.file("split.json"), split_json(data, {{"train", split.train}, {"test", split.test}}));
  write_result(folder, result, overwrite);
  copy_posteriors(folder.file("blocks"), frozen_folders(recipe), result.model);
  write_model(folder.file("model"), result.model, overwrite);
}

void copy_posteriors(const std::string& folder, const std::vector<std::string>& block_folders, const Hierarchy& model) {
  for (const std::string& from : block_folders) {
    if (!std::filesystem::exists(posterior_path(from))) continue;
    std::optional<BlockPosterior> posterior;
    try {
      posterior.emplace(read_posterior(posterior_path(from)));
    } catch (const Error& problem) {
      spdlog::warn("{}; its block counts as certain in this result", problem.what());  // the fit itself is done
      continue;
    }
    const bool is_about_it = std::any_of(model.blocks.begin(), model.blocks.end(), [&](const Block& block) {
      return block.name() == posterior->block && block_checksum(block) == posterior->checksum;
    });
    const std::string to = posterior_path(OutputFolder::file_in(folder, posterior->block));
    if (is_about_it && !std::filesystem::exists(to)) write_posterior(to, *posterior);
  }
}

void replace_result(const OutputFolder& folder, const FitResult& result, const std::function<void(const OutputFolder&)>& write) {
  std::vector<std::string> names;
  for (const Block& block : result.model.blocks) names.push_back(block.name());
  refuse_foreign_folders(folder, names);
  folder.remove_unfinished([](const std::string& name) { return name == staging_name; });
  AtomicFolder beside(folder.file(staging_name));  // never put in its place as a whole: others' files are in the folder
  const OutputFolder fresh(beside.temporary(), true);
  write(fresh);
  refuse_folders_for_files(fresh, folder);
  try {
    put_result_in_place(fresh, folder, result);
  } catch (const std::exception& problem) {
    beside.keep();
    throw FileError(
        fmt::format("{}; what is not in its place yet of the new result is kept in {}", problem.what(), fresh.path()));
  }
}

void remove_unfinished_result(const OutputFolder& folder, const Recipe& recipe) {
  const auto without_replaced = [](const std::string& name) {  // see AtomicFolder
    return name.ends_with(".replaced") ? name.substr(0, name.rfind('.')) : name;
  };
  folder.remove_unfinished([&](const std::string& name) { return is_result_name(without_replaced(name)); });
  std::set<std::string> names;
  for (const StepSpec& step : recipe.steps) names.insert(step.blocks.begin(), step.blocks.end());
  if (std::filesystem::is_directory(folder.file("blocks")))
    OutputFolder(folder.file("blocks"), true).remove_unfinished([&](const std::string& name) {
      return names.contains(without_replaced(name));
    });
}

void evaluate_fit(const Session& session, const std::optional<OutputFolder>& folder, const Dataset& data, const Split& split,
                  const FitResult& result, bool plots) {
  const ChimesPotential potential(result.model);
  std::vector<FrameSet> sets;
  for (const auto& [name, chosen] : {std::pair("train", split.train), std::pair("test", split.test)})
    sets.push_back({name, frames_of_elements(data, chosen, result.model.elements)});
  evaluate_sets(session, folder, potential, data, sets, plots);
}

}  // namespace carillon
