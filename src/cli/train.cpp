#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <limits>
#include <set>

#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/frame_sets.hpp"
#include "carillon/cli/observer.hpp"
#include "carillon/cli/plots.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/file_lock.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/log.hpp"
#include "carillon/core/version.hpp"
#include "carillon/fit/check.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/network_potential.hpp"
#include "carillon/neural/training_estimate.hpp"

namespace carillon {
namespace {

struct TrainArguments {
  std::string recipe;
  std::string output;
  bool overwrite = false;
  bool no_plots = false;
  bool dry_run = false;
  long seed = -1;
};

constexpr const char* lock_file = "lock";

/// A folder that is empty, may be overwritten, or holds the checkpoint of a training that was interrupted.
struct Destination {
  OutputFolder folder;
  FileLock lock;  ///< two jobs that go on with one training would undo each other's work

  Destination(const std::string& path, bool overwrite) : folder(path, overwrite), lock(folder.file(lock_file)) {}
};

/// What a training writes.
bool is_own_file(const std::string& name) {
  static const std::set<std::string> others = {"network.yaml", "recipe.yaml", "split.json", "curve.csv", "curve.png",
                                               "metrics.json", "metrics.csv", "metrics.md", "checkpoint"};
  return others.contains(name) || name.starts_with("predictions_") || name.starts_with("parity_") || name.starts_with("plots_");
}

/// Removes the files of an earlier training, which this one need not replace: plots, or sets of frames that it does not have.
/// What else lies in its folders of plots stays.
void remove_earlier_training(const OutputFolder& folder) {
  if (network_path(folder.path()).empty()) return;
  for (const char* set : {"train", "validation", "test"}) {
    const std::string plots = folder.file(fmt::format("plots_{}", set));
    for (const char* kind : {"energy", "force", "stress"})
      std::filesystem::remove(OutputFolder::file_in(plots, fmt::format("parity_{}.png", kind)));
    std::error_code not_empty;
    std::filesystem::remove(plots, not_empty);
    for (const std::string& name : {fmt::format("predictions_{}.extxyz", set), fmt::format("parity_{}.csv", set)})
      std::filesystem::remove(folder.file(name));
  }
  std::filesystem::remove(folder.file("curve.png"));
}

/// Called when all else is known to be sound: what is refused leaves the folder as it was.
void open_destination(std::optional<Destination>& made, const std::string& checkpoint, const TrainArguments& arguments,
                      const TrainingRecipe& recipe) {
  const bool goes_on = std::filesystem::is_regular_file(checkpoint);
  made.emplace(arguments.output, arguments.overwrite || goes_on);
  std::vector<std::string> inputs;
  if (recipe.start) inputs.push_back(recipe.start->from);
  inputs.push_back(arguments.recipe);
  for (const DataSource& source : recipe.data) inputs.push_back(source.path);
  made->folder.refuse_inputs_inside(inputs);
  made->folder.remove_unfinished(is_own_file);
  log_to_file(made->folder.file("carillon.log"), goes_on);
}

void write_training(const OutputFolder& folder, const TrainingRecipe& recipe, const Dataset& data,
                    const std::vector<FrameSet>& sets, const TrainingResult& result) {
  write_file(folder.file("recipe.yaml"), "# written by carillon " + version() + " from " + recipe.file + "\n" +
                                             training_recipe_yaml(with_absolute_paths(recipe)));
  write_file(folder.file("split.json"), split_json(data, sets));
  write_file(folder.file("curve.csv"), curve_csv(result.curve));
  write_network(folder.file("network.yaml"), result.model);
}

void log_split(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split) {
  spdlog::info("{} frames to train on, {} to validate and {} to test on", split.train.size(), split.validation.size(),
               split.test.size());
  const Split tested = split_frames(recipe.test, data);
  for (const std::string& complaint :
       {split_complaint(tested, recipe.test.fraction),
        split_complaint(split_frames(recipe.validation, data, tested.train), recipe.validation.fraction)})
    if (!complaint.empty()) spdlog::warn("{}", complaint);
}

/// Those whose elements the network knows.
std::vector<long> frames_of_network(const Dataset& data, const std::vector<long>& frames, const NetworkModel& model) {
  std::vector<long> known = frames_of_elements(data, frames, model.elements);
  if (known.size() < frames.size())
    spdlog::info("{} of {} test frames are not evaluated: they hold elements that no training frame does",
                 frames.size() - known.size(), frames.size());
  return known;
}

void foretell(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split, const Communicator& world) {
  world.agree([&] {
    if (!world.is_root()) return;
    log_split(recipe, data, split);
    fmt::print("{}", training_estimate_text(estimate_training(recipe, data, split), threads(), world.size()));
  });
}

void train(const TrainArguments& arguments, const Session& session) {
  if (arguments.output.empty() && !arguments.dry_run) throw CLI::RequiredError("--output (or --dry-run)");
  const Communicator& world = session.world;
  TrainingRecipe recipe;
  std::optional<Dataset> data;
  TrainingSplit split;
  world.agree([&] {
    recipe = read_training_recipe(arguments.recipe);
    if (arguments.seed >= 0) recipe.seed = static_cast<std::uint64_t>(arguments.seed);
    Progress reading = session.progress("reading data");
    data.emplace(recipe.data, when_data_are_large(reading));
    split = split_for_training(recipe, *data);
  });
  if (arguments.dry_run) return foretell(recipe, *data, split, world);
  const InterruptWatch watch;
  std::optional<Destination> made;
  const std::string checkpoint = OutputFolder::file_in(arguments.output, "checkpoint");
  world.agree([&] {
    // That of a fit is a folder of the same name.
    if (std::filesystem::is_directory(checkpoint))
      throw InputError(checkpoint + ": belongs to a fit that was interrupted; continue that fit, or choose another folder");
    check_frames(*data, world);
  });
  const auto ready = [&] {
    world.agree([&] {
      if (world.is_root()) open_destination(made, checkpoint, arguments, recipe);
    });
    spdlog::info("carillon {} ({}), {} process(es) of {} thread(s)", version(), git_hash(), world.size(), threads());
    log_keys(*data);
    log_split(recipe, *data, split);
  };
  const TrainingResult result = train_network(recipe, *data, split, world, observer_of<TrainingObserver>(session),
                                              {checkpoint, arguments.overwrite}, ready);
  const std::vector<FrameSet> sets = {
      {"train", split.train}, {"validation", split.validation}, {"test", frames_of_network(*data, split.test, result.model)}};
  std::optional<OutputFolder> folder;
  if (made) folder = made->folder;
  world.agree([&] {
    if (!world.is_root()) return;
    remove_earlier_training(*folder);
    write_training(*folder, recipe, *data, sets, result);
    if (!arguments.no_plots && !result.curve.empty())
      draw_plots("learning curve", "plot_curve.py", {folder->file("curve.csv"), "--output", folder->path()});
  });
  evaluate_sets(session, folder, NetworkPotential(result.model), *data, sets, !arguments.no_plots);
  if (!world.is_root()) return;
  std::filesystem::remove(checkpoint);
  std::filesystem::remove(folder->file(lock_file));
}

}  // namespace

void add_train_verb(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<TrainArguments>();
  CLI::App* verb = app.add_subcommand("train", "train the network of a recipe, and compare with the data");
  verb->add_option("RECIPE", arguments->recipe,
                   "YAML file that says which data, descriptor, network, loss, stages, and what to start from")
      ->required();
  verb->add_option("-o,--output", arguments->output,
                   "folder for the network, its learning curve, metrics, predictions, plots and log")
      ->option_text("FOLDER");
  verb->add_flag("--dry-run", arguments->dry_run, "only tell frames, weights, memory and estimated time");
  verb->add_option("--seed", arguments->seed, "seed of the first weights and of the order of batches, over the recipe's")
      ->check(CLI::Range(0L, std::numeric_limits<long>::max()))
      ->option_text("NUMBER");
  verb->add_flag("--overwrite", arguments->overwrite,
                 "replace the files of an earlier result, or the checkpoint of another training");
  verb->add_flag("--no-plots", arguments->no_plots, "draw no plots");
  verb->footer(
      "Examples:\n"
      "  carillon train fits/networks/carbon-nitrogen.yaml --dry-run     frames, weights, memory, time\n"
      "  carillon train fits/networks/carbon-nitrogen.yaml -o result   then see result/metrics.md\n"
      "  carillon evaluate result frames.extxyz                         the network on other data\n"
      "A training that was interrupted goes on when the same command is run again. docs/neural.md explains every key of a "
      "recipe.");
  verb->callback([arguments, &session] {
    session.start();
    train(*arguments, session);
  });
}

}  // namespace carillon
