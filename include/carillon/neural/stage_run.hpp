#pragma once

#include <functional>

#include "carillon/neural/free_weights.hpp"
#include "carillon/neural/training_recipe.hpp"
#include "carillon/neural/training_set.hpp"
#include "carillon/neural/training_state.hpp"

namespace carillon {

/// What a stage works with.
struct StageContext {
  const StageSpec& stage;
  const TrainingSet& train;
  const TrainingSet& validation;                      ///< of size 0: none
  const Eigen::VectorXd& start_weights;               ///< what StageSpec::pull draws to
  std::uint64_t seed;                                 ///< of the order of Adam's batches
  std::function<void(const CurvePoint& point)> look;  ///< after every point of the curve; may be empty
  std::function<void()> save;                         ///< the state may be kept now; may be empty
};

/// Carries out what is left of the stage that `state` stands in. `model` follows the state's weights.
/// @return  why it ended, in words
std::string run_stage(const StageContext& context, NetworkModel& model, TrainingState& state);

}  // namespace carillon
