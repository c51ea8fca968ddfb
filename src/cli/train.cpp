#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <limits>

#include "carillon/cli/data_arguments.hpp"
#include "carillon/cli/frame_sets.hpp"
#include "carillon/cli/plots.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/log.hpp"
#include "carillon/core/version.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/network_potential.hpp"
#include "carillon/neural/training.hpp"

namespace carillon {
namespace {

struct TrainArguments {
  std::string recipe;
  std::string output;
  bool overwrite = false;
  bool no_plots = false;
  long seed = -1;
};

/// Takes a folder that is empty, may be overwritten, or holds the checkpoint of a training that was interrupted.
void open_destination(std::optional<OutputFolder>& folder, const std::string& checkpoint, const TrainArguments& arguments,
                      const TrainingRecipe& recipe) {
  // That of a fit is a folder of the same name.
  if (std::filesystem::is_directory(checkpoint))
    throw InputError(checkpoint + ": belongs to a fit that was interrupted; continue that fit, or choose another folder");
  const bool goes_on = std::filesystem::is_regular_file(checkpoint);
  folder.emplace(arguments.output, arguments.overwrite || goes_on);
  if (recipe.start) folder->refuse_inputs_inside({recipe.start->from});
  if (arguments.overwrite) std::filesystem::remove(checkpoint);
  log_to_file(folder->file("carillon.log"), goes_on);
}

void write_training(const OutputFolder& folder, const TrainingRecipe& recipe, const Dataset& data,
                    const std::vector<FrameSet>& sets, const TrainingResult& result) {
  write_file(folder.file("recipe.yaml"), "# written by carillon " + version() + " from " + recipe.file + "\n" +
                                             training_recipe_yaml(with_absolute_paths(recipe)));
  write_file(folder.file("split.json"), split_json(data, sets));
  write_file(folder.file("curve.csv"), curve_csv(result.curve));
  write_network(folder.file("network.yaml"), result.model);
}

TrainingObserver observer_of(const Session& session) {
  return {[](const std::string& line) { spdlog::info("{}", line); },
          [&session](const std::string& title) {
            auto progress = std::make_shared<Progress>(session.progress(title));
            return [progress](long done, long total) { progress->update(done, total); };
          },
          [](const std::string& line) { spdlog::warn("{}", line); }};
}

void train(const TrainArguments& arguments, const Session& session) {
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
  const InterruptWatch watch;
  std::optional<OutputFolder> folder;
  const std::string checkpoint = OutputFolder::file_in(arguments.output, "checkpoint");
  world.agree([&] {
    if (world.is_root()) open_destination(folder, checkpoint, arguments, recipe);
  });
  spdlog::info("carillon {} ({}), {} process(es) of {} thread(s)", version(), git_hash(), world.size(), threads());
  log_keys(*data);
  spdlog::info("{} frames to train on, {} to validate and {} to test on", split.train.size(), split.validation.size(),
               split.test.size());
  const TrainingResult result = train_network(recipe, *data, split, world, observer_of(session), {checkpoint});
  const std::vector<FrameSet> sets = {{"train", split.train}, {"validation", split.validation}, {"test", split.test}};
  world.agree([&] {
    if (!world.is_root()) return;
    write_training(*folder, recipe, *data, sets, result);
    if (!arguments.no_plots && !result.curve.empty())
      draw_plots("learning curve", "plot_curve.py", {folder->file("curve.csv"), "--output", folder->path()});
  });
  evaluate_sets(session, folder, NetworkPotential(result.model), *data, sets, !arguments.no_plots);
  if (world.is_root()) std::filesystem::remove(checkpoint);
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
      ->required()
      ->option_text("FOLDER");
  verb->add_option("--seed", arguments->seed, "seed of the first weights and of the order of batches, over the recipe's")
      ->check(CLI::Range(0L, std::numeric_limits<long>::max()))
      ->option_text("NUMBER");
  verb->add_flag("--overwrite", arguments->overwrite,
                 "replace the files of an earlier result, or the checkpoint of another training");
  verb->add_flag("--no-plots", arguments->no_plots, "draw no plots");
  verb->footer(
      "Examples:\n"
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
