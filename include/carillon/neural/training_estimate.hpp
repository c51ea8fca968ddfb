#pragma once

#include <string>
#include <utility>
#include <vector>

#include "carillon/neural/training.hpp"

namespace carillon {

/// What a training will need, found without carrying it out.
struct TrainingEstimate {
  long frames = 0;             ///< to train on
  long validation_frames = 0;  ///< to validate on
  long atoms = 0;              ///< of the training frames
  long numbers = 0;            ///< of an atom's descriptor
  long weights = 0;
  double derivative_bytes = 0;                         ///< of training and validation frames, all ranks together
  double descriptor_seconds = 0;                       ///< CPU time, once
  double step_seconds = 0;                             ///< CPU time of the loss and its gradient on all training frames
  std::vector<std::pair<std::string, double>> stages;  ///< name, and CPU time with all iterations, one look at the data each:
                                                       ///< line searches of L-BFGS now and then take more
};

/// Times a few frames spread over the training set and scales by atoms.
/// @throws as starting_network
TrainingEstimate estimate_training(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split);

/// For the terminal.
std::string training_estimate_text(const TrainingEstimate& estimate, int threads, int ranks);

}  // namespace carillon
