#include "carillon/neural/free_weights.hpp"

#include <algorithm>

namespace carillon {

FreeWeights::FreeWeights(const NetworkModel& model, const StageSpec& stage) {
  const std::vector<Network::Layer>& layers = model.network->layers();
  std::vector<double> rates;
  for (std::size_t e = 0; e < model.elements.size(); ++e)
    for (std::size_t l = 0; l < layers.size(); ++l) {
      if (std::binary_search(stage.frozen_layers.begin(), stage.frozen_layers.end(), static_cast<long>(l))) continue;
      const Eigen::Index offset = static_cast<Eigen::Index>(e) * model.network->weights() + layers[l].offset;
      const bool without_bias = stage.frozen_output_bias && l + 1 == layers.size();
      for (Eigen::Index k = 0; k < layers[l].size() - (without_bias ? 1 : 0); ++k) {
        places_.push_back(offset + k);
        rates.push_back(stage.optimiser.layer_rates.empty() ? 1 : stage.optimiser.layer_rates.at(l));
      }
    }
  rates_ = Eigen::Map<const Eigen::VectorXd>(rates.data(), static_cast<Eigen::Index>(rates.size()));
}

}  // namespace carillon
