#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "carillon/api/open_potential.hpp"
#include "carillon/block/block_file.hpp"
#include "carillon/block/hierarchy.hpp"
#include "carillon/block/model_file.hpp"
#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/evaluation.hpp"
#include "carillon/cli/fit_output.hpp"
#include "carillon/cli/frame_sets.hpp"
#include "carillon/cli/observer.hpp"
#include "carillon/cli/output_folder.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/log.hpp"
#include "carillon/core/version.hpp"
#include "carillon/data/label_levels.hpp"
#include "carillon/evidence/evidence_file.hpp"
#include "carillon/fit/check.hpp"
#include "carillon/fit/checkpoint.hpp"
#include "carillon/fit/estimate.hpp"

namespace carillon {
namespace {

struct FitArguments {
  std::string recipe;
  std::string output;
  bool overwrite = false;
  bool dry_run = false;
  bool no_plots = false;
  std::string json;
  long seed = -1;
  std::string extend;
};

/// The evidence that the fit adds to, on the root, by block.
///
/// The step that fits its block keeps evidence of the same level, on all ranks.
ParentEvidence read_older_evidence(const FitArguments& arguments, Recipe& recipe, const Communicator& world) {
  ParentEvidence older;
  if (arguments.extend.empty()) return older;
  std::string level;
  std::string block;
  world.agree([&] {
    if (!world.is_root()) return;
    auto evidence = std::make_shared<const Evidence>(read_block_evidence(arguments.extend));
    level = evidence_level_name(evidence->level);
    block = evidence->blocks.front().name();
    older[block] = std::move(evidence);
  });
  world.broadcast(level);
  world.broadcast(block);
  world.agree([&] {
    const auto step = std::find_if(recipe.steps.begin(), recipe.steps.end(),
                                   [&](const StepSpec& s) { return s.frozen.empty() && s.blocks.front() == block; });
    if (step == recipe.steps.end())
      throw InputError(
          fmt::format("{}: fits no block {}, whose evidence {} is to be extended", recipe.file, block, arguments.extend));
    step->evidence = evidence_level_from_name(level);
    if (step->price && step->evidence != EvidenceLevel::groups)
      throw InputError(fmt::format("{}:{}: block {}: price needs 'evidence: groups', and {} has level {}", recipe.file,
                                   step->line, block, arguments.extend, level));
  });
  return older;
}

/// Blocks that are read: overwriting them would lose their evidence.
std::vector<std::string> block_inputs(const FitArguments& arguments, const Recipe& recipe) {
  std::vector<std::string> inputs;
  if (!arguments.extend.empty()) inputs.push_back(arguments.extend);
  for (const StepSpec& step : recipe.steps) {
    if (!step.frozen.empty()) inputs.push_back(step.frozen);
    inputs.insert(inputs.end(), step.prior.from.begin(), step.prior.from.end());
  }
  return inputs;
}

std::vector<std::string> block_names(const Recipe& recipe) {
  std::vector<std::string> names;
  for (const StepSpec& step : recipe.steps) names.insert(names.end(), step.blocks.begin(), step.blocks.end());
  return names;
}

/// Where the result goes (on the root) and what an earlier run of the same fit left there.
struct Destination {
  std::optional<OutputFolder> folder;
  std::optional<Checkpoint> checkpoint;
};

/// Takes a folder that is empty, may be overwritten, or holds a checkpoint of this very fit. Whatever it refuses stays untouched.
void open_destination(Destination& destination, const FitArguments& arguments, const Recipe& recipe, const Dataset& data,
                      const Communicator& world) {
  FitIdentity identity;
  const std::string checkpoint = OutputFolder::file_in(arguments.output, "checkpoint");
  world.agree([&] {
    if (!world.is_root()) return;
    Checkpoint::remove_remains(checkpoint);
    // A checkpoint is begun only in a folder that was empty or might be overwritten; so a run that goes on may do so too.
    destination.folder.emplace(arguments.output, arguments.overwrite || Checkpoint::exists_in(checkpoint));
    destination.folder->refuse_inputs_inside(block_inputs(arguments, recipe));
    refuse_foreign_folders(*destination.folder, block_names(recipe));
    identity = fit_identity(recipe, data);
    if (!arguments.extend.empty()) identity["evidence to extend"] = sha256_of_file(evidence_path(arguments.extend));
  });
  destination.checkpoint.emplace(checkpoint, identity, world, arguments.overwrite);
  world.agree([&] {
    if (!world.is_root()) return;
    if (destination.checkpoint->resumed()) remove_unfinished_result(*destination.folder, recipe);
    log_to_file(destination.folder->file("carillon.log"), destination.checkpoint->resumed());
  });
}

/// What a person should look at before the work begins.
void warn_of_data(const Recipe& recipe, const Dataset& data) {
  std::vector<Element> known;
  for (const std::string& block : block_names(recipe))
    for (const Element element : elements_of_name(block)) known.push_back(element);
  std::vector<long> frames(static_cast<std::size_t>(data.size()));
  std::iota(frames.begin(), frames.end(), 0);
  for (const std::string& complaint :
       {left_out_complaint(data, frames, unique_elements(std::move(known)), "of which the recipe has no block"),
        mixed_levels_complaint(data)})
    if (!complaint.empty()) spdlog::warn("{}", complaint);
}

void foretell(const FitArguments& arguments, const std::vector<StepEstimate>& estimates, const Communicator& world) {
  if (!arguments.json.empty()) write_file(arguments.json, estimate_json(estimates, threads(), world.size()));
  fmt::print("{}", estimate_table(estimates, threads(), world.size()));
}

void fit(const FitArguments& arguments, const Session& session) {
  if (arguments.output.empty() && !arguments.dry_run) throw CLI::RequiredError("--output (or --dry-run)");
  const Communicator& world = session.world;
  Recipe recipe;
  std::optional<Dataset> data;
  Split split;
  world.agree([&] {
    recipe = read_recipe(arguments.recipe);
    if (!arguments.json.empty()) refuse_existing(arguments.json, arguments.overwrite);
    if (arguments.seed >= 0 && recipe.split.kind != SplitSpec::Kind::fraction)
      spdlog::warn("--seed {} changes nothing: the recipe's split is not random", arguments.seed);
    refuse_networks(block_inputs(arguments, recipe), "blocks");
    if (arguments.seed >= 0) recipe.split.seed = static_cast<std::uint64_t>(arguments.seed);
  });
  const ParentEvidence older = read_older_evidence(arguments, recipe, world);
  world.agree([&] {
    Progress reading = session.progress("reading data");
    data.emplace(recipe.data, when_data_are_large(reading));
    split = split_frames(recipe, *data);
    if (recipe.split.kind == SplitSpec::Kind::fraction)
      if (const std::string complaint = split_complaint(split, recipe.split.fraction); !complaint.empty())
        spdlog::warn("{}", complaint);
    check_fit(recipe, *data, split.train);
  });
  if (arguments.dry_run) {
    world.agree([&] {
      if (!world.is_root()) return;
      warn_of_data(recipe, *data);
      foretell(arguments, estimate_fit(recipe, *data, split.train), world);
    });
    return;
  }
  world.agree([&] { check_frames(*data, world); });
  const InterruptWatch watch;
  Destination destination;
  open_destination(destination, arguments, recipe, *data, world);
  Checkpoint& checkpoint = *destination.checkpoint;
  spdlog::info("carillon {} ({}), {} process(es) of {} thread(s)", version(), git_hash(), world.size(), threads());
  for (const std::string& complaint : checkpoint.take_complaints()) spdlog::warn("{}", complaint);
  log_keys(*data);
  world.agree([&] {
    if (world.is_root()) warn_of_data(recipe, *data);
  });
  spdlog::info("{} frames to fit on, {} to test on", split.train.size(), split.test.size());
  const FitResult result = run_fit(recipe, *data, split.train, world, observer_of<FitObserver>(session), &checkpoint, older);
  world.agree([&] {
    if (world.is_root())
      write_fit(*destination.folder, recipe, *data, split, result, arguments.overwrite || checkpoint.resumed());
  });
  evaluate_fit(session, destination.folder, *data, split, result, !arguments.no_plots);
  if (world.is_root()) checkpoint.finish();
}

}  // namespace

void add_fit_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<FitArguments>();
  CLI::App* verb = app.add_subcommand("fit", "fit the blocks of a recipe, compose them, and compare with the data");
  verb->add_option("RECIPE", arguments->recipe,
                   "YAML file that says which data, which blocks are frozen or fitted, weights, solver")
      ->required();
  verb->add_option("-o,--output", arguments->output, "folder for blocks, model, metrics, predictions, plots and log")
      ->option_text("FOLDER");
  CLI::Option* dry_run = verb->add_flag("--dry-run", arguments->dry_run, "only tell rows, columns, memory and estimated time");
  verb->add_option("--json", arguments->json, "with --dry-run: the same for programs")->needs(dry_run)->option_text("FILE");
  verb->add_option("--seed", arguments->seed, "seed of a random train/test split, over the recipe's")
      ->check(CLI::Range(0L, std::numeric_limits<long>::max()))
      ->option_text("NUMBER");
  verb->add_option("--extend", arguments->extend,
                   "block folder whose evidence the recipe's data are added to, without the old data")
      ->option_text("BLOCK");
  verb->add_flag("--overwrite", arguments->overwrite, "replace the files of an earlier result, or the checkpoint of another fit");
  verb->add_flag("--no-plots", arguments->no_plots, "draw no parity plots");
  verb->footer(
      "Examples:\n"
      "  carillon fit fits/quickstart.yaml --dry-run            rows, columns, memory, time\n"
      "  carillon fit fits/quickstart.yaml -o result            then see result/metrics.md\n"
      "  mpirun -n 4 carillon fit recipe.yaml -o result         the same bytes on any number of ranks\n"
      "A fit that was interrupted goes on when the same command is run again. docs/recipes.md explains every key of a recipe.");
  verb->callback([arguments, &session] {
    session.start();
    fit(*arguments, session);
  });
}

}  // namespace carillon
