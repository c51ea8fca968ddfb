#include "carillon/potential/evaluate.hpp"

#include <algorithm>
#include <cstring>

#include "carillon/core/interrupt.hpp"

namespace carillon {
namespace {

constexpr long frames_per_rank = 16;  // at a time: enough to keep the threads busy, little enough to hold

/// A Prediction's or a Deviation's numbers.
template <class Quantities>
void append(const Quantities& from, std::vector<double>& numbers) {
  numbers.push_back(from.energy);
  numbers.insert(numbers.end(), from.stress.data(), from.stress.data() + 9);
  for (const Eigen::Vector3d& force : from.forces) numbers.insert(numbers.end(), force.data(), force.data() + 3);
}

std::string to_bytes(const std::vector<Prediction>& predictions) {
  std::vector<double> numbers;
  for (const Prediction& prediction : predictions) {
    append(prediction, numbers);
    numbers.push_back(prediction.deviation ? 1.0 : 0.0);
    if (prediction.deviation) append(*prediction.deviation, numbers);
  }
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double)};
}

/// Takes one prediction off `bytes`, starting at `offset`.
Prediction from_bytes(const std::string& bytes, std::size_t& offset, std::size_t atoms) {
  const auto take = [&](double* to, std::size_t count) {
    std::memcpy(to, bytes.data() + offset, count * sizeof(double));
    offset += count * sizeof(double);
  };
  const auto take_quantities = [&](auto& to) {
    take(&to.energy, 1);
    take(to.stress.data(), 9);
    to.forces.resize(atoms);
    for (Eigen::Vector3d& force : to.forces) take(force.data(), 3);
  };
  Prediction prediction;
  take_quantities(prediction);
  double has_deviation = 0;
  take(&has_deviation, 1);
  if (has_deviation != 0) take_quantities(prediction.deviation.emplace());
  return prediction;
}

/// Many frames: one a thread. Few: the threads share each frame's atoms.
std::vector<Prediction> evaluate_here(const Potential& potential, const Dataset& data, const std::vector<long>& frames) {
  std::vector<Prediction> predictions(frames.size());
  const auto evaluate = [&](long i) {
    check_interrupt();
    predictions[static_cast<std::size_t>(i)] = potential.evaluate(data.read(frames[static_cast<std::size_t>(i)]));
  };
  const auto count = static_cast<long>(frames.size());
  if (count >= 2 * threads())
    parallel_for(count, evaluate);
  else
    for (long i = 0; i < count; ++i) evaluate(i);
  return predictions;
}

}  // namespace

void evaluate_frames(const Potential& potential, const Dataset& data, const std::vector<long>& frames, const Communicator& world,
                     const PredictionVisitor& visit, const ProgressCallback& progress) {
  const auto total = static_cast<long>(frames.size());
  const long batch = frames_per_rank * world.size();
  for (long begin = 0; begin < total; begin += batch) {
    const long end = std::min(total, begin + batch);
    const auto bounds = [&](int rank) { return begin + (end - begin) * rank / world.size(); };
    const std::vector<long> mine(frames.begin() + bounds(world.rank()), frames.begin() + bounds(world.rank() + 1));
    std::vector<Prediction> predictions;
    world.agree([&] { predictions = evaluate_here(potential, data, mine); });
    const std::vector<std::string> gathered = world.gather(to_bytes(predictions));
    world.agree([&] {
      for (int rank = 0; rank < world.size() && world.is_root(); ++rank) {
        std::size_t offset = 0;
        for (long k = bounds(rank); k < bounds(rank + 1); ++k) {
          const Structure structure = data.read(frames[static_cast<std::size_t>(k)]);
          visit(frames[static_cast<std::size_t>(k)], structure, from_bytes(gathered[static_cast<std::size_t>(rank)], offset, structure.size()));
        }
      }
    });
    if (progress) progress(end, total);
  }
}

}  // namespace carillon
