#include "carillon/neural/network.hpp"

#include <cmath>
#include <random>

#include "carillon/core/error.hpp"
#include "carillon/neural/message_passing_network.hpp"

namespace carillon {
namespace {

/// In [-1, 1): from the upper 53 bits, the same with every standard library.
double uniform(std::mt19937_64& generator) { return 2 * (static_cast<double>(generator() >> 11U) * 0x1p-53) - 1; }

}  // namespace

void Network::add_layer(Eigen::Index rows, Eigen::Index columns, bool has_biases) {
  if (rows < 1 || columns < 1) throw DomainError("a network layer needs at least one node and one input");
  layers_.push_back({layers_.empty() ? 0 : weights(), rows, columns, has_biases});
}

Eigen::VectorXd Network::random_weights(std::uint64_t seed) const {
  std::mt19937_64 generator(seed);
  Eigen::VectorXd out = Eigen::VectorXd::Zero(weights());
  for (const Layer& layer : layers_) {
    const double bound = std::sqrt(6 / static_cast<double>(layer.rows + layer.columns));
    for (Eigen::Index k = 0; k < layer.matrix_size(); ++k) out[layer.offset + k] = bound * uniform(generator);
  }
  return out;
}

std::shared_ptr<const Network> make_network(const NetworkSpec& spec, int inputs) {
  if (spec.messages) return std::make_shared<MessagePassingNetwork>(inputs, spec);
  return std::make_shared<DenseNetwork>(inputs, spec.hidden, spec.activation);
}

}  // namespace carillon
