#include "carillon/neural/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "carillon/core/atomic_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/text_reader.hpp"
#include "carillon/core/units.hpp"
#include "carillon/core/version.hpp"
#include "carillon/neural/network_file.hpp"
#include "carillon/neural/stage_run.hpp"

namespace carillon {
namespace {

/// Which kinds of labels some frame has that counts in a stage's loss.
struct KindsThere {
  bool energy = false, force = false, stress = false;

  KindsThere(const LossWeights& weights, const Dataset& data, const std::vector<long>& frames) {
    for (const long frame : frames) {
      const FrameSummary& summary = data.summary(frame);
      if (weights.label_factor(summary.label) == 0) continue;
      energy = energy || summary.has_energy;
      force = force || summary.has_forces;
      stress = stress || (summary.stress_components > 0 && summary.volume > 0);
    }
  }
  bool any_weighed(const LossWeights& weights) const {
    return (energy && weights.energy > 0) || (force && weights.force > 0) || (stress && weights.stress > 0);
  }
};

/// A misspelt label would silently weigh nothing.
void check_label_names(const TrainingRecipe& recipe, const StageSpec& stage, const Dataset& data) {
  const std::vector<std::string> known = data.labels();
  for (const auto& [label, factor] : stage.weights.labels)
    if (std::find(known.begin(), known.end(), label) == known.end())
      throw InputError(fmt::format("{}: {}: no frame has the label '{}' of the weights", recipe.file, stage.name, label));
}

/// Weights that ask for labels which no frame has would train on less than the user thinks.
void check_labels(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split) {
  for (const StageSpec& stage : recipe.stages) {
    check_label_names(recipe, stage, data);
    if (stage.optimiser.iterations == 0) continue;
    const KindsThere there(stage.weights, data, split.train);
    const auto need = [&](double weight, bool is_there, const char* kind) {
      if (weight > 0 && !is_there)
        throw InputError(fmt::format("{}: {}: the weight of {} is {}, but no training frame has any; set it to 0", recipe.file,
                                     stage.name, kind, exact_text(weight)));
    };
    need(stage.weights.energy, there.energy, "energy");
    need(stage.weights.force, there.force, "force");
    need(stage.weights.stress, there.stress, "stress");
    if (!split.validation.empty() && !KindsThere(stage.weights, data, split.validation).any_weighed(stage.weights))
      throw InputError(
          fmt::format("{}: {}: no validation frame has a label that counts in the loss, so all weights would look alike",
                      recipe.file, stage.name));
  }
}

std::vector<Element> elements_of(const Dataset& data, const std::vector<long>& frames) {
  std::vector<Element> out;
  for (const long frame : frames) out.insert(out.end(), data.summary(frame).elements.begin(), data.summary(frame).elements.end());
  return unique_elements(std::move(out));
}

/// An element that no training frame holds would keep random weights.
void check_validation_elements(const TrainingRecipe& recipe, const std::vector<Element>& learnt,
                               const std::vector<Element>& validation) {
  for (const Element element : validation)
    if (std::find(learnt.begin(), learnt.end(), element) == learnt.end())
      throw InputError(fmt::format("{}: validation frames hold {}, which no training frame does", recipe.file, element.symbol()));
}

/// Hashes of the data, by path relative to the recipe.
std::map<std::string, std::string> data_hashes(const TrainingRecipe& recipe, const Dataset& data) {
  const TrainingRecipe own = with_own_paths(recipe);
  std::map<std::string, std::string> out;
  for (std::size_t s = 0; s < own.data.size(); ++s) out[own.data[s].path] = data.source_hash(static_cast<int>(s));
  return out;
}

std::string errors_text(const LossSums& sums) {
  return fmt::format("{:.2f} meV/atom, {:.1f} meV/Å, {:.3f} GPa", 1e3 * sums.energy.mae(), 1e3 * sums.force.mae(),
                     units::ev_per_cubic_angstrom_to_gpa * sums.stress.mae());
}

class Training {
public:
  Training(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split, const Communicator& world,
           const TrainingObserver& observer, const TrainingCheckpoint& checkpoint)
      : recipe_(recipe), data_(data), split_(split), world_(world), observer_(observer), checkpoint_(checkpoint) {
    begin();
    read_checkpoint();
  }

  TrainingResult run() {
    if (!resumed_) save();  // from now on the folder is seen to be this training's
    TrainingSet train(data_, split_.train, model_, world_, progress("descriptors"));
    note(fmt::format("{} training frames, {} descriptor numbers an atom, {} weights, {:.0f} MB of derivatives", train.size(),
                     model_.network->inputs(), model_.weights.size(), train.bytes() / 1e6));
    adapt(train);
    const TrainingSet validation(data_, split_.validation, model_, world_);
    start_weights_ = model_.weights;
    if (state_.weights.size() == 0) {
      state_.weights = start_weights_;
      if (resumed_) note("nothing was kept of the interrupted training, which had not come to its first checkpoint ('restart')");
    } else {
      note(fmt::format("going on at stage {}, iteration {}", state_.stage + 1, state_.iteration));
    }
    while (state_.stage < static_cast<long>(recipe_.stages.size())) run_one(train, validation);
    model_.weights = state_.weights;
    record_.notes.insert(record_.notes.end(), state_.notes.begin(), state_.notes.end());
    model_.history.push_back(record_);
    return {model_, state_.curve};
  }

private:
  void begin() {
    world_.agree([&] {
      model_ = starting_network(recipe_, data_, split_);
      record_ = training_record(recipe_, data_, split_);
    });
  }

  void adapt(TrainingSet& train) {
    // From nothing everything is made of the data; a source says what of it may change.
    StartSpec fresh;
    fresh.scaler = StartSpec::Scaling::refit;
    const StartSpec& start = recipe_.start ? *recipe_.start : fresh;
    record_.notes = adapt_to_data(model_, train, start.shift, start.scaler);
    for (const std::string& line : record_.notes) note(line);
  }

  TrainingIdentity identity() const {
    TrainingIdentity out = {{"the recipe", training_recipe_yaml(with_own_paths(recipe_))},
                            {"the source", record_.source_sha256},
                            {"the program", record_.carillon_version}};
    for (const auto& [path, hash] : record_.data_sha256) out["the data of " + path] = hash;
    return out;
  }

  void read_checkpoint() {
    std::string bytes;
    world_.agree([&] {
      if (!world_.is_root() || checkpoint_.path.empty() || !std::filesystem::exists(checkpoint_.path)) return;
      const TextFile file(checkpoint_.path);
      bytes = std::string(file.text());
    });
    world_.broadcast(bytes);
    if (bytes.empty()) return;
    world_.agree([&] {
      const KeptTraining kept = training_state_from(bytes, identity());
      if (kept.state && fits(*kept.state)) {
        state_ = *kept.state;
        resumed_ = true;
      } else if (!kept.differences.empty() && !checkpoint_.start_anew) {
        throw InputError(fmt::format("{}: is of another training; different are: {}. Choose another folder or pass --overwrite",
                                     checkpoint_.path, kept.differences));
      } else if (kept.differences.empty() && observer_.warn) {
        observer_.warn(checkpoint_.path + ": is damaged; the training starts anew");
      }
    });
  }

  bool fits(const TrainingState& state) const {
    const Eigen::Index size = model_.weights.size();
    const auto is_of_model = [&](const Eigen::VectorXd& weights) { return weights.size() == 0 || weights.size() == size; };
    return state.stage >= 0 && state.stage <= static_cast<long>(recipe_.stages.size()) && is_of_model(state.weights) &&
           is_of_model(state.best_weights) && state.adam.mean.size() == state.adam.squares.size();
  }

  void save() const {
    world_.agree([&] {
      if (world_.is_root() && !checkpoint_.path.empty()) write_file(checkpoint_.path, training_state_bytes(state_, identity()));
    });
  }

  void run_one(const TrainingSet& train, const TrainingSet& validation) {
    const StageSpec& stage = recipe_.stages[static_cast<std::size_t>(state_.stage)];
    const auto begin = std::chrono::steady_clock::now();
    auto told = begin;
    const long first = state_.iteration;
    const auto look = [&](const CurvePoint& point) {
      const auto now = std::chrono::steady_clock::now();
      if (now - told < std::chrono::seconds(5) && point.iteration < stage.optimiser.iterations) return;
      told = now;
      const double seconds = std::chrono::duration<double>(now - begin).count() / static_cast<double>(point.iteration - first);
      std::string line = fmt::format("{} {}/{}: loss {:.5g}, mean errors {}", stage.name, point.iteration,
                                     stage.optimiser.iterations, point.train.loss, errors_text(point.train));
      if (validation.size() > 0)
        line += fmt::format("; validation {:.5g}, {}", point.validation.loss, errors_text(point.validation));
      note(line +
           fmt::format("; at most {:.0f} s left", seconds * static_cast<double>(stage.optimiser.iterations - point.iteration)));
    };
    const StageContext context{stage, train, validation, start_weights_, recipe_.seed, look, [this] { save(); }};
    const std::string end = fmt::format("{}: {}", stage.name, run_stage(context, model_, state_));
    state_.notes.push_back(end);
    note(end);
    // The next stage begins with nothing of this one but the weights.
    state_.iteration = 0;
    state_.best_weights.resize(0);
    state_.best_loss = std::numeric_limits<double>::infinity();
    state_.best_iteration = 0;
    state_.adam = {};
    ++state_.stage;
    save();
  }

  void note(const std::string& line) const {
    if (observer_.note) observer_.note(line);
  }
  ProgressCallback progress(const std::string& title) const {
    return observer_.progress ? observer_.progress(title) : ProgressCallback();
  }

  const TrainingRecipe& recipe_;
  const Dataset& data_;
  const TrainingSplit& split_;
  const Communicator& world_;
  const TrainingObserver& observer_;
  const TrainingCheckpoint& checkpoint_;
  NetworkModel model_;
  TrainingRecord record_;
  Eigen::VectorXd start_weights_;
  TrainingState state_;
  bool resumed_ = false;
};

}  // namespace

TrainingSplit split_for_training(const TrainingRecipe& recipe, const Dataset& data) {
  const Split tested = split_frames(recipe.test, data);
  const Split validated = split_frames(recipe.validation, data, tested.train);
  return {validated.train, validated.test, tested.test};
}

TrainingRecord training_record(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split) {
  TrainingRecord out;
  if (recipe.start) out.source_sha256 = sha256_of_file(network_path(recipe.start->from));
  out.carillon_version = version() + " " + git_hash();
  out.recipe_sha256 = sha256(training_recipe_yaml(with_own_paths(recipe)));
  out.data_sha256 = data_hashes(recipe, data);
  out.frames = static_cast<long>(split.train.size());
  return out;
}

NetworkModel starting_network(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split) {
  check_labels(recipe, data, split);
  const std::vector<Element> elements = elements_of(data, split.train);
  NetworkModel model;
  if (recipe.start) {
    const std::string path = network_path(recipe.start->from);
    if (path.empty()) throw InputError(recipe.start->from + ": is no network, nor a folder with a network.yaml");
    model = adapted_source(read_network(path), *recipe.start, elements);
  } else {
    model = random_network_model(elements, recipe.descriptor, recipe.network, recipe.seed);
  }
  check_validation_elements(recipe, model.elements, elements_of(data, split.validation));
  return model;
}

TrainingResult train_network(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split,
                             const Communicator& world, const TrainingObserver& observer, const TrainingCheckpoint& checkpoint,
                             const std::function<void()>& ready) {
  Training training(recipe, data, split, world, observer, checkpoint);
  if (ready) ready();
  return training.run();
}

}  // namespace carillon
