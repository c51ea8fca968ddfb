#include "carillon/cli/evaluation.hpp"

#include <algorithm>

#include "carillon/potential/evaluate.hpp"

namespace carillon {
namespace {

/// The frame with its labels replaced by what the potential says.
Structure predicted_structure(const Structure& structure, const Prediction& prediction) {
  Structure out = structure;
  out.energy = prediction.energy;
  out.forces = prediction.forces;
  out.stress.reset();
  out.stress_is_diagonal = false;
  if (structure.cell.volume() > 0 && structure.cell.any_periodic()) out.stress = prediction.stress;
  return out;
}

constexpr const char* energy_deviation = "energy_std";
constexpr const char* stress_deviation = "stress_std";

/// Whose label the frame had, so that it cannot be taken for whose this energy is.
OtherKey of_reference(OtherKey key) {
  constexpr std::string_view label = "label_", prefix = "reference_";
  if (key.key.starts_with(label) && key.text.starts_with(label)) {
    key.key.insert(0, prefix);
    key.text.insert(0, prefix);
  }
  return key;
}

/// The deviations by their names in the file, those of the stress as far as there is one, and the keys that the frame came with.
void write_prediction(ExtxyzWriter& file, const Structure& structure, const Prediction& prediction, std::vector<OtherKey> keys) {
  // The deviations of another evaluation are none of this one.
  std::erase_if(keys, [](const OtherKey& other) { return other.key == energy_deviation || other.key == stress_deviation; });
  std::transform(keys.begin(), keys.end(), keys.begin(), of_reference);
  const Structure predicted = predicted_structure(structure, prediction);
  FrameExtras extras{.keys = std::move(keys)};
  if (prediction.deviation) {
    extras.numbers = {{energy_deviation, prediction.deviation->energy}};
    extras.vectors = {{"forces_std", prediction.deviation->forces}};
    if (predicted.stress) extras.matrices = {{stress_deviation, prediction.deviation->stress}};
  }
  file.write(predicted, extras);
}

}  // namespace

MetricsTable evaluate_and_write(const Session& session, const Potential& potential, const Dataset& data,
                                const std::vector<long>& frames, const EvaluationFiles& files, Calibration* calibration) {
  Metrics metrics;
  std::optional<ExtxyzWriter> predictions;
  std::optional<ParityWriter> parity;
  session.world.agree([&] {
    if (!session.world.is_root()) return;
    if (!files.predictions.empty()) predictions.emplace(files.predictions);
    if (!files.parity.empty()) parity.emplace(files.parity);
  });
  Progress progress = session.progress("evaluation");
  evaluate_frames(
      potential, data, frames, session.world,
      [&](long frame, const Structure& structure, const Prediction& prediction) {
        metrics.add(frame, structure, prediction);
        if (calibration) calibration->add(structure, prediction);
        if (predictions) write_prediction(*predictions, structure, prediction, other_keys(data, frame));
        if (parity) parity->add(structure, prediction);
      },
      progress.callback());
  session.world.agree([&] {
    if (predictions) predictions->commit();
    if (parity) parity->commit();
  });
  return metrics.table();
}

}  // namespace carillon
