#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/neural/training_frame.hpp"

namespace carillon {

/// Factors of errors in the loss: their squares weigh the mean squared error of each kind. Errors are in eV/atom, eV/Å and eV/Å³.
struct LossWeights {
  double energy = 10;
  double force = 1;
  double stress = 25;
  std::map<std::string, double> labels;  ///< extra factor of all errors of a state point; 1 where it is not named

  double label_factor(const std::string& label) const {
    const auto found = labels.find(label);
    return found == labels.end() ? 1 : found->second;
  }
  bool operator==(const LossWeights&) const = default;
};

/// Energies of the frames that have one, for reference energies.
struct EnergyTable {
  Eigen::MatrixXd composition;  ///< [frames x elements of the model]: atoms
  Eigen::VectorXd reference;    ///< [frames], eV
  Eigen::VectorXd predicted;    ///< [frames], eV: the model's, with its shifts
};

/// The frames of a training or validation set, shared among the ranks, and the loss on them (docs/neural.md, "Training"):
///
///   L = w_E² mean(((E - E_ref)/n)²) + w_F² mean(|F - F_ref|²/3) + w_S² mean((σ - σ_ref)²/6)
///
/// Sums go over fixed groups of frames, inside a group in order, and then over the groups in order: the loss and its gradient are
/// the same bits for any number of threads and ranks.
class TrainingSet {
public:
  /// Frames by their place in the list that the set was made from.
  using Frames = std::vector<long>;

  /// Reads the frames and works out descriptors and derivatives. Collective.
  /// @throws as Dataset::read and NeighborList; Interrupted
  TrainingSet(const Dataset& data, const Frames& frames, const NetworkModel& model, const Communicator& world,
              const ProgressCallback& progress = {});

  long size() const { return size_; }                                   ///< frames of all ranks
  double bytes() const { return bytes_; }                               ///< of derivatives, of all ranks
  const std::vector<TrainingFrame>& frames() const { return frames_; }  ///< of this rank
  const std::vector<long>& numbers() const { return numbers_; }         ///< their places, ascending

  /// Takes over the model's scalers.
  void standardise(const NetworkModel& model);

  /// Scalers, one for each element, from the descriptors of all frames. Elements without atoms keep the model's. Collective.
  std::vector<Scaler> scalers(const NetworkModel& model) const;

  /// Collective; all ranks have all frames.
  EnergyTable energies(const NetworkModel& model) const;

  /// Loss, errors and, where wanted, the gradient on all frames. Collective; all ranks have the result.
  LossSums loss(const NetworkModel& model, const LossWeights& weights, Eigen::VectorXd* gradient) const;

  /// The same on some of the frames, as if there were no others. Collective.
  LossSums batch_loss(const NetworkModel& model, const LossWeights& weights, const Frames& batch,
                      Eigen::VectorXd* gradient) const;

private:
  /// Frames whose sums are made by one thread.
  struct Group {
    std::vector<std::size_t> frames;  // of this rank
    long number;                      // among the groups of all ranks
  };
  struct Counts;
  Counts counts(const Frames* batch) const;
  LossSums sum_groups(const NetworkModel& model, const LossWeights& weights, const std::vector<Group>& groups,
                      const Counts& counts, Eigen::VectorXd* gradient) const;

  Communicator world_;
  long size_ = 0;
  double bytes_ = 0;
  std::vector<TrainingFrame> frames_;
  std::vector<long> numbers_;
  std::vector<Group> groups_;
  std::vector<std::array<long, 3>> label_counts_;  // of all frames: energies, force and stress components
};

}  // namespace carillon
