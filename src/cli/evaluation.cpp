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

}  // namespace

MetricsTable evaluate_and_write(const Session& session, const Potential& potential, const Dataset& data,
                                const std::vector<long>& frames, const EvaluationFiles& files) {
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
        if (predictions) predictions->write(predicted_structure(structure, prediction));
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
