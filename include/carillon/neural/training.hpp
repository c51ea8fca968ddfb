#pragma once

#include <functional>
#include <string>
#include <vector>

#include "carillon/neural/training_recipe.hpp"
#include "carillon/neural/training_state.hpp"

namespace carillon {

/// What a training reports while it runs. Any may be empty.
struct TrainingObserver {
  std::function<void(const std::string& line)> note = {};                   ///< a step of the training, in words
  std::function<ProgressCallback(const std::string& title)> progress = {};  ///< a new progress display for a long piece of work
  std::function<void(const std::string& line)> warn = {};                   ///< something a person should look at
};

/// Frames by what they are for; all ascending.
struct TrainingSplit {
  std::vector<long> train, validation, test;
};

/// @throws InputError  unknown label or frame, nothing left to train on
TrainingSplit split_for_training(const TrainingRecipe& recipe, const Dataset& data);

/// The network before its first step, scalers and reference energies not yet fitted to the data.
/// @throws InputError  data without the labels that the weights ask for, or with elements that the network would not learn; a
/// source
///                     that does not fit
NetworkModel starting_network(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split);

/// What the model's history will say of this training, but for the notes.
/// @throws FileError  the source cannot be read
TrainingRecord training_record(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split);

/// Keeps a training's state on disk.
struct TrainingCheckpoint {
  std::string path;         ///< empty: none
  bool start_anew = false;  ///< that of another training is replaced; otherwise it is an error
};

struct TrainingResult {
  NetworkModel model;
  std::vector<CurvePoint> curve;
};

/// Trains the network of a recipe, stage after stage. With validation frames every stage ends with the smallest validation loss
/// among the weights it began with, those of its looks and its last; without, with its last weights. Collective.
///
/// The same recipe, data and seed give the same bits for any number of threads and ranks of one kind of processor, and whether it
/// was interrupted or not.
///
/// @param checkpoint  read where it exists; written at the start and every few hundred iterations (OptimiserSpec::restart), not
///                    removed
/// @param ready       called once recipe, data, source and checkpoint are found to be sound, before anything is written; may be
/// empty
/// @throws InputError   data without the labels that the weights ask for, or with elements that the network would not learn; a
///                      source that does not fit; a checkpoint of another training; losses that are not finite
/// @throws Interrupted  on all ranks; the last checkpoint stays
TrainingResult train_network(const TrainingRecipe& recipe, const Dataset& data, const TrainingSplit& split,
                             const Communicator& world, const TrainingObserver& observer,
                             const TrainingCheckpoint& checkpoint = {}, const std::function<void()>& ready = {});

}  // namespace carillon
