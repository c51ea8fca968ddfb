#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "carillon/neural/descriptor_spec.hpp"
#include "carillon/neural/network.hpp"
#include "carillon/neural/scaler.hpp"

namespace carillon {

/// One training in a model's history.
struct TrainingRecord {
  std::string carillon_version;                    ///< with the commit
  std::string recipe_sha256;                       ///< of the resolved recipe
  std::map<std::string, std::string> data_sha256;  ///< path relative to the recipe -> hash
  long frames = 0;                                 ///< trained on
  std::string source_sha256;                       ///< of the model file it started from; empty: from random weights
  std::vector<std::string> notes;                  ///< what was kept, refitted, frozen, and how each stage ended

  bool operator==(const TrainingRecord&) const = default;
};

/// A network on a descriptor, with what belongs to it: energy of a structure E = sum_i [ shift(e_i) + E_i ], the energies E_i by
/// the network from the standardised descriptors (G_i - mean_{e_i}) / spread_{e_i} of all atoms.
struct NetworkModel {
  std::vector<Element> elements;  ///< sorted
  DescriptorSpec descriptor;
  std::shared_ptr<const Network> network;
  Eigen::VectorXd weights;              ///< [elements x network->weights()], eV
  std::vector<Scaler> scalers;          ///< [elements]
  Eigen::VectorXd shifts;               ///< [elements], reference energies, eV
  std::vector<TrainingRecord> history;  ///< first training first

  Eigen::VectorBlock<const Eigen::VectorXd> weights_of(std::size_t element) const;
};

/// Scalers that change nothing, shifts 0, weights at random.
NetworkModel random_network_model(const std::vector<Element>& elements, const DescriptorSpec& descriptor,
                                  const NetworkSpec& network, std::uint64_t seed);

}  // namespace carillon
