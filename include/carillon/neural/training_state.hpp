#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/neural/adam.hpp"
#include "carillon/neural/training_frame.hpp"

namespace carillon {

/// One look at a training: where it stood, and how large the errors were.
struct CurvePoint {
  long stage = 0;       ///< counted from 0
  long iteration = 0;   ///< of the stage
  LossSums train;       ///< loss with its penalties; Adam: means over the epoch's steps
  LossSums validation;  ///< count 0 without validation frames
};

/// Where a training stands: what a checkpoint has to hold so that it goes on as if it had never stopped.
struct TrainingState {
  long stage = 0;
  long iteration = 0;  ///< of the stage
  Eigen::VectorXd weights;
  Eigen::VectorXd best_weights;  ///< of the stage, by validation; empty before the first look
  double best_loss = std::numeric_limits<double>::infinity();
  long best_iteration = 0;
  AdamState adam;
  std::vector<CurvePoint> curve;
  std::vector<std::string> notes;  ///< one a stage that has ended
};

/// What makes a training this one and no other, by name: the text of its recipe, hashes of data and source, the program.
using TrainingIdentity = std::map<std::string, std::string>;

std::string training_state_bytes(const TrainingState& state, const TrainingIdentity& identity);

/// What a checkpoint's bytes are. Neither: they are damaged.
struct KeptTraining {
  std::optional<TrainingState> state;  ///< of the training with this identity
  std::string differences;             ///< from this identity, in words, when they are of another training
};

KeptTraining training_state_from(std::string_view bytes, const TrainingIdentity& identity);

/// The curve as a table for plots: stage, iteration, losses, errors (meV/atom, meV/Å, GPa).
std::string curve_csv(const std::vector<CurvePoint>& curve);

}  // namespace carillon
