#include "carillon/neural/network_model.hpp"

namespace carillon {

Eigen::VectorBlock<const Eigen::VectorXd> NetworkModel::weights_of(std::size_t element) const {
  return weights.segment(static_cast<Eigen::Index>(element) * network->weights(), network->weights());
}

NetworkModel random_network_model(const std::vector<Element>& elements, const DescriptorSpec& descriptor,
                                  const NetworkSpec& network, std::uint64_t seed) {
  NetworkModel model;
  model.elements = unique_elements(elements);
  model.descriptor = descriptor;
  const int size = make_descriptor(descriptor, model.elements)->size();
  model.network = make_network(network, size);
  const auto count = static_cast<Eigen::Index>(model.elements.size());
  model.weights.resize(count * model.network->weights());
  for (Eigen::Index e = 0; e < count; ++e)
    // Apart by a number that is no likely difference of two seeds.
    model.weights.segment(e * model.network->weights(), model.network->weights()) =
        model.network->random_weights(seed + 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(e));
  model.scalers.assign(model.elements.size(), Scaler::identity(size));
  model.shifts = Eigen::VectorXd::Zero(count);
  return model;
}

}  // namespace carillon
