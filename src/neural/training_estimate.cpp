#include "carillon/neural/training_estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace carillon {
namespace {

constexpr std::size_t most_timed_frames = 5;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

long atoms_of(const Dataset& data, const std::vector<long>& frames) {
  long atoms = 0;
  for (const long frame : frames) atoms += data.summary(frame).atoms;
  return atoms;
}

/// A few of them, from the first to the last.
std::vector<long> spread_out(const std::vector<long>& frames) {
  const std::size_t count = std::min(most_timed_frames, frames.size());
  std::vector<long> out;
  for (std::size_t k = 0; k < count; ++k) out.push_back(frames[count == 1 ? 0 : k * (frames.size() - 1) / (count - 1)]);
  return out;
}

/// Of a piece of work that may be too short for the clock: repeated until it has taken a twentieth of a second.
template <class Work>
double seconds_of(const Work& work) {
  const double start = cpu_seconds();
  long times = 0;
  double taken = 0;
  do {
    work();
    ++times;
    taken = cpu_seconds() - start;
  } while (taken < 0.05);
  return taken / static_cast<double>(times);
}

}  // namespace

TrainingEstimate estimate_training(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split) {
  const NetworkModel model = starting_network(recipe, data, split);
  TrainingEstimate out;
  out.frames = static_cast<long>(split.train.size());
  out.validation_frames = static_cast<long>(split.validation.size());
  out.atoms = atoms_of(data, split.train);
  out.numbers = model.network->inputs();
  out.weights = model.weights.size();

  const std::vector<long> timed = spread_out(split.train);
  const double begin = cpu_seconds();
  const TrainingSet sample(data, timed, model, Communicator());
  const double sampled = static_cast<double>(atoms_of(data, timed));
  const double of_training = static_cast<double>(out.atoms) / sampled;
  const double of_validation = static_cast<double>(atoms_of(data, split.validation)) / sampled;
  out.descriptor_seconds = (cpu_seconds() - begin) * (of_training + of_validation);
  out.derivative_bytes = sample.bytes() * (of_training + of_validation);
  // All labels at once, whatever a stage weighs: a stage that leaves stress out is hardly cheaper.
  Eigen::VectorXd gradient(model.weights.size());
  out.step_seconds = of_training * seconds_of([&] { sample.loss(model, LossWeights(), &gradient); });
  const double look = of_validation * seconds_of([&] { sample.loss(model, LossWeights(), nullptr); });
  for (const StageSpec& stage : recipe.stages)
    out.stages.emplace_back(stage.name, static_cast<double>(stage.optimiser.iterations) *
                                            (out.step_seconds + look / static_cast<double>(stage.stop.every)));
  return out;
}

std::string training_estimate_text(const TrainingEstimate& estimate, int threads, int ranks) {
  std::string out = fmt::format("{} frames to train on ({} atoms), {} to validate on\n", estimate.frames, estimate.atoms,
                                estimate.validation_frames);
  out += fmt::format("{} descriptor numbers an atom, {} weights, {:.0f} MB of derivatives\n", estimate.numbers, estimate.weights,
                     estimate.derivative_bytes / 1e6);
  out += fmt::format("descriptors about {:.1f} s of CPU, loss and gradient about {:.3g} s\n", estimate.descriptor_seconds,
                     estimate.step_seconds);
  double total = estimate.descriptor_seconds;
  for (const auto& [name, seconds] : estimate.stages) {
    out += fmt::format("{}: about {:.0f} s\n", name, seconds);
    total += seconds;
  }
  return out + fmt::format(
                   "about {:.0f} s of CPU; {} process(es) of {} thread(s) share the frames. The final evaluation comes "
                   "on top.\n",
                   total, ranks, threads);
}

}  // namespace carillon
