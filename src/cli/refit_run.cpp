#include "carillon/cli/refit_run.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/block/missing_blocks.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/cli/fit_output.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/log.hpp"
#include "carillon/core/version.hpp"
#include "carillon/evidence/evidence_file.hpp"
#include "carillon/fit/refit.hpp"
#include "carillon/fit/step_settings.hpp"

namespace carillon {
namespace {

/// `force=1,energy=0.3` -> `{force: 1, energy: 0.3}`.
std::string weights_mapping(const std::string& text) {
  std::string mapping;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t stop = std::min(text.find(',', start), text.size());
    const std::string entry = text.substr(start, stop - start);
    const std::size_t sign = entry.find('=');
    if (sign == std::string::npos)
      throw InputError("--weights: expected such as force=1,energy=0.3,stress=100, found '" + text + "'");
    mapping += (mapping.empty() ? "" : ", ") + entry.substr(0, sign) + ": " + entry.substr(sign + 1);
    start = stop + 1;
  }
  return "{" + mapping + "}";
}

Yaml command_line_changes(const RefitArguments& arguments) {
  std::string text = "{}";
  const auto add = [&](const std::string& entry) { text = (text == "{}" ? "" : text) + entry + "\n"; };
  if (!arguments.weights.empty()) add("weights: " + weights_mapping(arguments.weights));
  if (!arguments.strength.empty()) add("solver: {strength: " + arguments.strength + "}");
  std::string dropped;
  for (const std::string& label : arguments.drop_labels) dropped += (dropped.empty() ? "" : ", ") + yaml_quoted(label);
  if (!dropped.empty()) add("drop_labels: [" + dropped + "]");
  return Yaml::load_text(text, "command line");
}

StepSettings settings_of(const Evidence& evidence, const RefitArguments& arguments) {
  StepSettings settings = read_step_settings(evidence);
  if (!arguments.changes.empty()) settings = changed_settings(evidence, settings, Yaml::load_file(arguments.changes));
  return changed_settings(evidence, settings, command_line_changes(arguments));
}

/// The evidence of parents, from the folders named on the command line; on the root.
ParentEvidence parent_evidence(const StepSettings& settings, const RefitArguments& arguments, const Communicator& world) {
  ParentEvidence found;
  if (!world.is_root()) return found;
  for (const auto& [name, factor] : settings.parents.evidence)
    for (const std::string& folder : arguments.parents)
      if (read_block(folder).name() == name) found[name] = std::make_shared<const Evidence>(read_block_evidence(folder));
  for (const auto& [name, factor] : settings.parents.evidence)
    if (!found.contains(name))
      throw InputError(fmt::format("the evidence of block {} is a part of this fit: name its folder by --parents", name));
  return found;
}

/// A block in place of an earlier version of it, or at the end.
void put(std::vector<Block>& blocks, const Block& block) {
  const auto found = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.name() == block.name(); });
  if (found == blocks.end())
    blocks.push_back(block);
  else
    *found = block;
}

/// Blocks of the latest versions that are parents here.
std::vector<Block> parents_among(const std::vector<Block>& blocks, const Evidence& evidence) {
  std::vector<Block> parents;
  for (const Block& block : blocks)
    if (std::any_of(evidence.parents.begin(), evidence.parents.end(), [&](const Block& p) { return p.name() == block.name(); }))
      parents.push_back(block);
  return parents;
}

/// A block is fitted on what its parents are at that time: one that is refitted after it would leave it standing on an old
/// version.
void require_parents_first(const std::vector<Evidence>& evidence) {
  for (std::size_t later = 1; later < evidence.size(); ++later)
    for (const Block& block : evidence[later].blocks)
      for (std::size_t k = 0; k < later; ++k)
        for (const Block& parent : evidence[k].parents)
          if (parent.name() == block.name())
            throw InputError(
                fmt::format("block {} is a parent of block {} and has to be named before it", block.name(), evidence[k].name()));
}

/// The blocks as a model; where some are missing, these count as absent, so that the others are checked all the same.
/// @return     whether the blocks make a model by themselves
/// @throws InputError  they do not fit together: a block stands on another version of a parent than the one that came out
bool compose_model(FitResult& result, const std::vector<Block>& blocks, const std::vector<double>& penalty) {
  ComposeOptions options;
  if (!penalty.empty()) options.penalty = Penalty{penalty[0], penalty[1]};
  options.absent = missing_blocks(blocks);
  try {
    result.model = compose(blocks, options);
  } catch (const InputError& problem) {
    throw InputError(fmt::format(
        "nothing is written: {}. Blocks are refitted in the order in which they are named: name one that moves parents before "
        "the others that stand on them",
        problem.what()));
  }
  if (options.absent.empty()) return true;
  spdlog::info("no model is written: it also needs {}", fmt::join(options.absent, ", "));
  return false;
}

/// Where posteriors of blocks that were not refitted may lie: in the folders that were named, or beside them.
std::vector<std::string> parent_folders(const RefitArguments& arguments, const FitResult& result) {
  std::vector<std::string> folders = arguments.parents;
  for (const std::string& refitted : arguments.blocks) {
    const std::filesystem::path here = std::filesystem::absolute(refitted).lexically_normal();
    const std::filesystem::path beside = here.has_filename() ? here.parent_path() : here.parent_path().parent_path();
    for (const Block& block : result.model.blocks) folders.push_back((beside / block.name()).string());
  }
  return folders;
}

void write_refits(const RefitArguments& arguments, FitResult result, const std::vector<Block>& blocks) {
  const bool complete = compose_model(result, blocks, arguments.penalty);
  const OutputFolder folder(arguments.output, arguments.overwrite);
  replace_result(folder, result, [&](const OutputFolder& fresh) {
    write_result(fresh, result, true);
    copy_posteriors(fresh.file("blocks"), parent_folders(arguments, result), result.model);
    for (const StepReport& step : result.steps)
      write_file(fresh.file(fmt::format("settings_{}.yaml", fmt::join(step.blocks, "_"))),
                 "# written by carillon " + version() + "; 'carillon refit --recipe' reads it\n" + step.evidence->settings);
    if (complete) write_model(fresh.file("model"), result.model, true);
  });
  for (const Block& block : result.model.blocks) fmt::print("{}\n", folder.file("blocks/" + block.name()));
}

}  // namespace

void add_refit_options(CLI::App& verb, RefitArguments& arguments) {
  verb.add_option("-o,--output", arguments.output, "folder for blocks, model and summary")->required()->option_text("FOLDER");
  verb.add_option("--recipe", arguments.changes, "YAML file of weights, solver, labels, drop_labels, parents that are to change")
      ->option_text("FILE");
  verb.add_option("--weights", arguments.weights, "new weights, such as force=1,energy=0.3,stress=100")->option_text("WEIGHTS");
  verb.add_option("--strength", arguments.strength, "strength of the prior: a number, groups, gcv")->option_text("STRENGTH");
  verb.add_option("--drop-label", arguments.drop_labels, "state points to leave out")->option_text("LABEL...");
  verb.add_option("--parents", arguments.parents, "block folders in place of the parents of the fit")->option_text("BLOCK...");
  verb.add_option("--penalty", arguments.penalty,
                  "short-range penalty of the model: onset above the inner cutoff (Å) and scale (eV/Å³)")
      ->expected(2)
      ->check(CLI::NonNegativeNumber)
      ->option_text("DISTANCE SCALE");
  verb.add_flag("--price", arguments.price, "compare frozen, soft and free parents");
  verb.add_flag("--overwrite", arguments.overwrite, "replace the files of an earlier result");
}

void refuse_networks_among_blocks(const RefitArguments& arguments) {
  refuse_networks(arguments.blocks, "blocks with evidence");
  refuse_networks(arguments.parents, "blocks");
}

std::vector<Block> read_parent_blocks(const RefitArguments& arguments) {
  std::vector<Block> blocks;
  for (const std::string& folder : arguments.parents) blocks.push_back(read_block(folder));
  return blocks;
}

void run_refits(std::vector<Evidence> evidence, const RefitArguments& arguments, const Session& session) {
  const Communicator& world = session.world;
  std::vector<Block> blocks;
  world.agree([&] {
    require_parents_first(evidence);
    if (world.is_root()) {  // before the work, not after it
      const OutputFolder folder(arguments.output, arguments.overwrite);
      folder.refuse_inputs_inside(arguments.blocks);
      folder.refuse_inputs_inside(arguments.parents);
    }
    blocks = read_parent_blocks(arguments);
  });
  FitResult result;
  for (Evidence& one : evidence) {
    RefitRequest request;
    world.agree([&] {
      std::string settings;
      if (world.is_root()) settings = step_settings_yaml(settings_of(one, arguments));
      request.parents = parents_among(blocks, one);
      request.evidence = std::move(one);
      request.evidence.settings = settings;
    });
    // Only the root knows the labels, which --drop-label needs.
    world.broadcast(request.evidence.settings);
    world.agree([&] {
      request.settings = read_step_settings(request.evidence);
      request.parent_evidence = parent_evidence(request.settings, arguments, world);
      request.price = arguments.price;
    });
    RefitResult done = refit(std::move(request), world);
    for (const Block& block : done.parents) put(blocks, block);
    for (const Block& block : done.blocks) put(blocks, block);
    result.steps.push_back(std::move(done.report));
  }
  world.agree([&] {
    if (world.is_root()) write_refits(arguments, std::move(result), blocks);
  });
}

}  // namespace carillon
