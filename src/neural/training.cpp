#include "carillon/neural/training.hpp"

#include <fmt/format.h>

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

/// Weights that ask for labels which no frame has would train on less than the user thinks.
void check_labels(const TrainingRecipe& recipe, const Dataset& data, const std::vector<long>& frames) {
  bool energy = false;
  bool force = false;
  bool stress = false;
  for (const long frame : frames) {
    const FrameSummary& summary = data.summary(frame);
    energy = energy || summary.has_energy;
    force = force || summary.has_forces;
    stress = stress || (summary.stress_components > 0 && summary.volume > 0);
  }
  for (const StageSpec& stage : recipe.stages) {
    const auto need = [&](double weight, bool there, const char* kind) {
      if (weight > 0 && !there)
        throw InputError(fmt::format("{}: {}: the weight of {} is {}, but no training frame has any; set it to 0", recipe.file,
                                     stage.name, kind, exact_text(weight)));
    };
    need(stage.weights.energy, energy, "energy");
    need(stage.weights.force, force, "force");
    need(stage.weights.stress, stress, "stress");
  }
}

std::vector<Element> elements_of(const Dataset& data, const std::vector<long>& frames) {
  std::vector<Element> out;
  for (const long frame : frames) out.insert(out.end(), data.summary(frame).elements.begin(), data.summary(frame).elements.end());
  return unique_elements(std::move(out));
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
      : recipe_(recipe), data_(data), split_(split), world_(world), observer_(observer), checkpoint_(checkpoint) {}

  TrainingResult run() {
    begin();
    TrainingSet train(data_, split_.train, model_, world_, progress("descriptors"));
    note(fmt::format("{} training frames, {} descriptor numbers an atom, {} weights, {:.0f} MB of derivatives", train.size(),
                     model_.network.inputs(), model_.weights.size(), train.bytes() / 1e6));
    adapt(train);
    const TrainingSet validation(data_, split_.validation, model_, world_);
    start_weights_ = model_.weights;
    state_.weights = start_weights_;
    resume();
    while (state_.stage < static_cast<long>(recipe_.stages.size())) run_one(train, validation);
    model_.weights = state_.weights;
    record_.notes.insert(record_.notes.end(), state_.notes.begin(), state_.notes.end());
    model_.history.push_back(record_);
    return {model_, state_.curve};
  }

private:
  void begin() {
    world_.agree([&] {
      check_labels(recipe_, data_, split_.train);
      std::vector<long> all = split_.train;
      all.insert(all.end(), split_.validation.begin(), split_.validation.end());
      const std::vector<Element> elements = elements_of(data_, all);
      if (recipe_.start) {
        const std::string path = network_path(recipe_.start->from);
        if (path.empty()) throw InputError(recipe_.start->from + ": is no network, nor a folder with a network.yaml");
        record_.source_sha256 = sha256_of_file(path);
        model_ = adapted_source(read_network(path), *recipe_.start, elements);
      } else {
        model_ = random_network_model(elements, recipe_.descriptor, recipe_.hidden, recipe_.activation, recipe_.seed);
      }
      record_.carillon_version = version() + " " + git_hash();
      record_.recipe_sha256 = sha256(training_recipe_yaml(with_own_paths(recipe_)));
      record_.data_sha256 = data_hashes(recipe_, data_);
      record_.frames = static_cast<long>(split_.train.size());
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

  std::string identity() const {
    std::string text = record_.recipe_sha256 + record_.source_sha256 + version();
    for (const auto& [path, hash] : record_.data_sha256) text += path + hash;
    return sha256(text);
  }

  void resume() {
    std::string bytes;
    world_.agree([&] {
      if (!world_.is_root() || checkpoint_.path.empty() || !std::filesystem::exists(checkpoint_.path)) return;
      const TextFile file(checkpoint_.path);
      bytes = std::string(file.text());
    });
    world_.broadcast(bytes);
    if (bytes.empty()) return;
    world_.agree([&] {
      state_ = training_state_from(bytes, identity(), checkpoint_.path);
      if (state_.weights.size() != start_weights_.size()) throw InputError(checkpoint_.path + ": has another number of weights");
    });
    note(fmt::format("going on at stage {}, iteration {}", state_.stage + 1, state_.iteration));
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
};

}  // namespace

TrainingSplit split_for_training(const TrainingRecipe& recipe, const Dataset& data) {
  const Split tested = split_frames(recipe.test, data);
  const Split validated = split_frames(recipe.validation, data, tested.train);
  return {validated.train, validated.test, tested.test};
}

TrainingResult train_network(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split,
                             const Communicator& world, const TrainingObserver& observer, const TrainingCheckpoint& checkpoint) {
  return Training(recipe, data, split, world, observer, checkpoint).run();
}

}  // namespace carillon
