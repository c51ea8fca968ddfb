#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "carillon/data/data_spec.hpp"
#include "carillon/neural/transfer.hpp"

namespace carillon {

/// How weights are moved.
struct OptimiserSpec {
  enum class Kind { lbfgs, adam } kind = Kind::lbfgs;
  enum class Schedule { constant, cosine, exponential };

  long iterations = 1000;  ///< L-BFGS: of all frames; Adam: epochs
  // L-BFGS
  int memory = 30;
  long restart = 250;  ///< its memory is emptied and a checkpoint written every so many iterations
  // Adam
  long batch = 8;  ///< frames a step
  double rate = 1e-3;
  double final_rate = 1e-5;  ///< at the end of cosine and exponential schedules
  Schedule schedule = Schedule::cosine;
  std::vector<double> layer_rates;  ///< factors of the rate, one for each layer; empty: 1
};

/// When a stage ends before its iterations are done. Needs validation frames.
struct StopSpec {
  long every = 10;      ///< iterations (epochs) between looks at the validation frames
  long patience = 200;  ///< iterations without a smaller validation loss; 0: go on to the end
};

/// One part of a training: what counts, what moves, and how.
struct StageSpec {
  std::string name;
  LossWeights weights;
  OptimiserSpec optimiser;
  StopSpec stop;
  std::vector<long> frozen_layers;  ///< ascending; 0 is the first hidden layer, the last is the output
  bool frozen_output_bias = false;
  double decay = 1e-7;  ///< of the loss: decay · |w|²
  double pull = 0;      ///< of the loss: pull · |w - w_start|², w_start those that the training started from
};

/// What `carillon train` does: docs/neural.md explains every key.
struct TrainingRecipe {
  std::string title;
  std::string file;  ///< it was read from
  std::vector<DataSource> data;
  SplitSpec test;
  SplitSpec validation;  ///< of the frames that are left
  DescriptorSpec descriptor;
  NetworkSpec network;
  std::uint64_t seed = 1;
  long committee = 1;  ///< networks to train, that differ by their seeds
  std::optional<StartSpec> start;
  std::vector<StageSpec> stages;
};

/// @param folder  that paths in the text are relative to
/// @throws InputError  naming file and line
TrainingRecipe parse_training_recipe(const std::string& text, const std::string& name, const std::string& folder);

/// @throws FileError  the file cannot be read
TrainingRecipe read_training_recipe(const std::string& path);

/// The recipe with every default written out.
std::string training_recipe_yaml(const TrainingRecipe& recipe);

/// The recipe of one network of a committee, by itself: the first weights, the order of batches and the frames drawn for
/// validation have seeds higher by `member`.
/// @param member  from 0, which is the recipe without its committee
TrainingRecipe member_recipe(TrainingRecipe recipe, long member);

/// Paths absolute, for a copy in another folder; or relative to the recipe, for hashes that do not depend on where that is.
TrainingRecipe with_absolute_paths(TrainingRecipe recipe);
TrainingRecipe with_own_paths(TrainingRecipe recipe);

}  // namespace carillon
