#include "carillon/cli/evaluation.hpp"

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

/// The deviations by their names in the file; those of the stress as far as there is one.
void write_prediction(ExtxyzWriter& file, const Structure& structure, const Prediction& prediction) {
  const Structure predicted = predicted_structure(structure, prediction);
  if (!prediction.deviation) return file.write(predicted);
  const Deviation& deviation = *prediction.deviation;
  ExtraArrays arrays{{{"forces_std", deviation.forces}}, {}};
  if (predicted.stress) arrays.matrices.emplace_back("stress_std", deviation.stress);
  file.write(predicted, {{"energy_std", deviation.energy}}, arrays);
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
        if (predictions) write_prediction(*predictions, structure, prediction);
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
