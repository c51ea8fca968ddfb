#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <fstream>
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
#include "carillon/data/label_levels.hpp"
#include "carillon/fit/check.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/network_potential.hpp"
#include "carillon/neural/training_estimate.hpp"
#include "carillon/potential/committee.hpp"

namespace carillon {
namespace {

struct TrainArguments {
  std::string recipe;
  std::string output;
  bool overwrite = false;
  bool no_plots = false;
  bool dry_run = false;
  long seed = -1;
  long committee = 0;  ///< 0: what the recipe says
};

constexpr const char* lock_file = "lock";
constexpr const char* checkpoint_file = "checkpoint";
constexpr char committee_checkpoint[] =
    "a committee whose training has not come to its end: its members are in the folders 1, 2, ...\n";

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
  if (network_path(folder.path()).empty() && network_path(folder.file("1")).empty()) return;
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

/// Removes members from number `first` on, which would be taken for members of this committee.
void remove_members_from(const OutputFolder& folder, long first) {
  for (std::string member = folder.file(std::to_string(first)); !network_path(member).empty();
       member = folder.file(std::to_string(++first)))
    for (const char* name : {"network.yaml", "recipe.yaml", "split.json", "curve.csv", "curve.png"})
      std::filesystem::remove(OutputFolder::file_in(member, name));
}

bool is_checkpoint_of_committee(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && line + "\n" == committee_checkpoint;
}

/// A training: what `carillon train` was told, read and found to be sound.
struct Job {
  const TrainArguments& arguments;
  const Session& session;
  TrainingRecipe recipe;
  const Dataset& data;

  /// Called when all else is known to be sound: what is refused leaves the folder as it was.
  void open(std::optional<Destination>& made, const std::string& path, bool goes_on) const {
    made.emplace(path, arguments.overwrite || goes_on);
    std::vector<std::string> inputs;
    if (recipe.start) inputs.push_back(recipe.start->from);
    inputs.push_back(arguments.recipe);
    for (const DataSource& source : recipe.data) inputs.push_back(source.path);
    made->folder.refuse_inputs_inside(inputs);
    made->folder.remove_unfinished(is_own_file);
  }
};

void write_recipe_and_split(const OutputFolder& folder, const Job& job, const std::vector<FrameSet>& sets) {
  write_file(folder.file("recipe.yaml"), "# written by carillon " + version() + " from " + job.recipe.file + "\n" +
                                             training_recipe_yaml(with_absolute_paths(job.recipe)));
  write_file(folder.file("split.json"), split_json(job.data, sets));
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

void warn_of_test_frames(const Job& job, const std::vector<Element>& elements) {
  const std::vector<long> test = split_for_training(job.recipe, job.data).test;
  if (const std::string complaint = left_out_complaint(job.data, test, elements, "of which no training frame tells");
      !complaint.empty())
    spdlog::warn("test: {}", complaint);
}

void warn_of_levels(const Dataset& data) {
  if (const std::string complaint = mixed_levels_complaint(data); !complaint.empty()) spdlog::warn("{}", complaint);
}

void foretell(const Job& job) {
  job.session.world.agree([&] {
    if (!job.session.world.is_root()) return;
    const TrainingSplit split = split_for_training(job.recipe, job.data);
    log_split(job.recipe, job.data, split);
    warn_of_levels(job.data);
    fmt::print("{}", training_estimate_text(estimate_training(job.recipe, job.data, split), threads(), job.session.world.size()));
    if (job.recipe.committee > 1) fmt::print("that is for each of {} networks of a committee\n", job.recipe.committee);
  });
}

/// The first lines of a log.
void begin_log(const Job& job, const OutputFolder& folder, bool goes_on) {
  log_to_file(folder.file("carillon.log"), goes_on);
  spdlog::info("carillon {} ({}), {} process(es) of {} thread(s)", version(), git_hash(), job.session.world.size(), threads());
  log_keys(job.data);
  warn_of_levels(job.data);
}

/// A fit's checkpoint is a folder of the same name.
void refuse_that_of_a_fit(const std::string& checkpoint) {
  if (std::filesystem::is_directory(checkpoint))
    throw InputError(checkpoint + ": belongs to a fit that was interrupted; continue that fit, or choose another folder");
}

std::vector<FrameSet> sets_of(const Job& job, const TrainingSplit& split, const NetworkModel& model) {
  return {{"train", split.train},
          {"validation", split.validation},
          {"test", frames_of_elements(job.data, split.test, model.elements)}};
}

void finish(const Destination& made) {
  std::filesystem::remove(made.folder.file(checkpoint_file));
  std::filesystem::remove(made.folder.file(lock_file));
}

/// Trains one network in a folder, and goes on where an interrupted training of it left a checkpoint.
/// @param open  called on the root when all is known to be sound: opens the folder
NetworkModel train_in(const std::string& path, const Job& job, const std::function<void()>& open) {
  const Communicator& world = job.session.world;
  const std::string checkpoint = OutputFolder::file_in(path, checkpoint_file);
  TrainingSplit split;
  world.agree([&] {
    refuse_that_of_a_fit(checkpoint);
    if (is_checkpoint_of_committee(checkpoint))
      throw InputError(checkpoint +
                       ": belongs to a committee whose training was interrupted; continue it, or choose another folder");
    split = split_for_training(job.recipe, job.data);
  });
  const auto ready = [&] {
    world.agree([&] {
      if (world.is_root()) open();
    });
    log_split(job.recipe, job.data, split);
  };
  TrainingResult result = train_network(job.recipe, job.data, split, world, observer_of<TrainingObserver>(job.session),
                                        {checkpoint, job.arguments.overwrite}, ready);
  world.agree([&] {
    if (!world.is_root()) return;
    const OutputFolder folder(path, true);
    remove_earlier_training(folder);
    write_recipe_and_split(folder, job, sets_of(job, split, result.model));
    write_file(folder.file("curve.csv"), curve_csv(result.curve));
    write_network(folder.file("network.yaml"), result.model);
    if (!job.arguments.no_plots && !result.curve.empty())
      draw_plots("learning curve", "plot_curve.py", {folder.file("curve.csv"), "--output", folder.path()});
  });
  return std::move(result.model);
}

/// For evaluate_sets().
std::optional<OutputFolder> folder_of(const std::optional<Destination>& made) {
  return made ? std::optional(made->folder) : std::nullopt;
}

void train_alone(const Job& job) {
  std::optional<Destination> made;
  const NetworkModel model = train_in(job.arguments.output, job, [&] {
    const bool goes_on = std::filesystem::is_regular_file(OutputFolder::file_in(job.arguments.output, checkpoint_file));
    job.open(made, job.arguments.output, goes_on);
    begin_log(job, made->folder, goes_on);
  });
  const std::vector<FrameSet> sets = sets_of(job, split_for_training(job.recipe, job.data), model);
  warn_of_test_frames(job, model.elements);
  evaluate_sets(job.session, folder_of(made), NetworkPotential(model), job.data, sets, !job.arguments.no_plots);
  if (!made) return;
  remove_members_from(made->folder, 1);
  finish(*made);
}

/// The network of a member whose training has come to its end already.
std::optional<NetworkModel> finished_member(const std::string& path, const Job& job) {
  const std::string file = OutputFolder::file_in(path, "network.yaml");
  if (!std::filesystem::is_regular_file(file) || std::filesystem::exists(OutputFolder::file_in(path, checkpoint_file))) return {};
  NetworkModel found;
  try {
    found = read_network(file);
  } catch (const InputError&) {
    if (!job.arguments.overwrite) throw;
    return {};
  }
  TrainingRecord record = training_record(job.recipe, job.data, split_for_training(job.recipe, job.data));
  if (found.history.empty()) return {};
  record.notes = found.history.back().notes;
  if (found.history.back() != record) return {};
  return found;
}

/// All frames that members trained or stopped by, and those for testing.
std::vector<FrameSet> sets_of_committee(const Job& job, const std::vector<Element>& elements) {
  const TrainingSplit split = split_for_training(job.recipe, job.data);
  std::vector<long> seen;
  std::merge(split.train.begin(), split.train.end(), split.validation.begin(), split.validation.end(), std::back_inserter(seen));
  return {{"train", frames_of_elements(job.data, seen, elements)}, {"test", frames_of_elements(job.data, split.test, elements)}};
}

/// One network after the other, in the folders 1, 2, ...; what is finished stays when the command is given again.
class CommitteeTraining {
public:
  explicit CommitteeTraining(const Job& job) : job_(job), world_(job.session.world) {}

  void run() {
    world_.agree([&] { refuse_that_of_a_fit(checkpoint_); });
    Committee::Members members;
    for (long k = 0; k < job_.recipe.committee; ++k) members.push_back(std::make_unique<NetworkPotential>(member(k)));
    const Committee committee(std::move(members), 1.0);
    const std::vector<FrameSet> sets = sets_of_committee(job_, committee.elements());
    world_.agree([&] {
      if (!world_.is_root()) return;
      open();
      remove_earlier_training(made_->folder);
      for (const char* name : {"network.yaml", "curve.csv"}) std::filesystem::remove(made_->folder.file(name));
      remove_members_from(made_->folder, job_.recipe.committee + 1);
      write_recipe_and_split(made_->folder, job_, sets);
      warn_of_test_frames(job_, committee.elements());
    });
    evaluate_sets(job_.session, folder_of(made_), committee, job_.data, sets, !job_.arguments.no_plots);
    if (made_) finish(*made_);
  }

private:
  /// The folder of the committee, when its first member is known to be sound.
  void open() {
    if (made_) return;
    const bool goes_on = is_checkpoint_of_committee(checkpoint_);
    job_.open(made_, job_.arguments.output, goes_on);
    begin_log(job_, made_->folder, goes_on);
    write_file(checkpoint_, committee_checkpoint);
  }

  NetworkModel member(long number) {
    const Job own{job_.arguments, job_.session, member_recipe(job_.recipe, number), job_.data};
    const std::string folder = OutputFolder::file_in(job_.arguments.output, std::to_string(number + 1));
    std::optional<NetworkModel> model;
    world_.agree([&] { model = finished_member(folder, own); });
    spdlog::info("network {} of {}{}", number + 1, job_.recipe.committee, model ? " is there already" : "");
    if (model) return *model;
    std::optional<Destination> made;
    model = train_in(folder, own, [&] {
      open();
      own.open(made, folder, std::filesystem::is_regular_file(OutputFolder::file_in(folder, checkpoint_file)));
    });
    if (made) finish(*made);
    return *model;
  }

  const Job& job_;
  const Communicator& world_;
  std::string checkpoint_ = OutputFolder::file_in(job_.arguments.output, checkpoint_file);
  std::optional<Destination> made_;
};

void train(const TrainArguments& arguments, const Session& session) {
  if (arguments.output.empty() && !arguments.dry_run) throw CLI::RequiredError("--output (or --dry-run)");
  TrainingRecipe recipe;
  std::optional<Dataset> data;
  session.world.agree([&] {
    recipe = read_training_recipe(arguments.recipe);
    if (arguments.seed >= 0) recipe.seed = static_cast<std::uint64_t>(arguments.seed);
    if (arguments.committee > 0) recipe.committee = arguments.committee;
    Progress reading = session.progress("reading data");
    data.emplace(recipe.data, when_data_are_large(reading));
  });
  const Job job{arguments, session, std::move(recipe), *data};
  if (arguments.dry_run) return foretell(job);
  const InterruptWatch watch;
  session.world.agree([&] { check_frames(*data, session.world); });
  if (job.recipe.committee > 1)
    CommitteeTraining(job).run();
  else
    train_alone(job);
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
  verb->add_option("--committee", arguments->committee,
                   "train so many networks, which differ by their seeds, over the recipe's number; their mean is the model")
      ->check(CLI::Range(1L, 1000L))
      ->option_text("N");
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
