#include "carillon/neural/dense_network.hpp"

#include <cmath>
#include <random>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

using Weights = Eigen::Ref<const Eigen::VectorXd>;

Eigen::Map<const Eigen::MatrixXd> matrix(const Weights& weights, const DenseNetwork::Layer& layer) {
  return {weights.data() + layer.offset, layer.rows, layer.columns};
}

Eigen::Map<const Eigen::VectorXd> biases(const Weights& weights, const DenseNetwork::Layer& layer) {
  return {weights.data() + layer.offset + layer.rows * layer.columns, layer.rows};
}

/// In [-1, 1): from the upper 53 bits, the same with every standard library.
double uniform(std::mt19937_64& generator) { return 2 * (static_cast<double>(generator() >> 11U) * 0x1p-53) - 1; }

}  // namespace

DenseNetwork::DenseNetwork(int inputs, std::vector<int> hidden, Activation activation)
    : inputs_(inputs), hidden_(std::move(hidden)), activation_(activation) {
  std::vector<int> widths = hidden_;
  widths.push_back(1);
  Eigen::Index offset = 0;
  int before = inputs;
  for (const int width : widths) {
    if (width < 1 || before < 1) throw DomainError("a network layer needs at least one node and one input");
    layers_.push_back({offset, width, before});
    offset += layers_.back().size();
    before = width;
  }
}

Eigen::VectorXd DenseNetwork::random_weights(std::uint64_t seed) const {
  std::mt19937_64 generator(seed);
  Eigen::VectorXd out = Eigen::VectorXd::Zero(weights());
  for (const Layer& layer : layers_) {
    const double bound = std::sqrt(6 / static_cast<double>(layer.rows + layer.columns));
    for (Eigen::Index k = 0; k < layer.rows * layer.columns; ++k) out[layer.offset + k] = bound * uniform(generator);
  }
  return out;
}

Eigen::RowVectorXd DenseNetwork::values(const Weights& weights, Eigen::MatrixXd inputs, Workspace& work) const {
  if (inputs.rows() != inputs_ || weights.size() != this->weights()) throw ShapeError("inputs or weights do not fit the network");
  const std::size_t hidden = hidden_.size();
  work.activations.resize(hidden + 1);
  work.arguments.resize(hidden);
  work.slopes.resize(hidden);
  work.activations[0] = std::move(inputs);
  for (std::size_t l = 0; l < hidden; ++l) {
    work.arguments[l].noalias() = matrix(weights, layers_[l]) * work.activations[l];
    work.arguments[l].colwise() += biases(weights, layers_[l]);
    activate(activation_, work.arguments[l], work.activations[l + 1], work.slopes[l]);
  }
  Eigen::RowVectorXd out = matrix(weights, layers_.back()) * work.activations[hidden];
  out.array() += biases(weights, layers_.back())[0];
  return out;
}

Eigen::MatrixXd DenseNetwork::gradients(const Weights& weights, Workspace& work) const {
  const std::size_t hidden = hidden_.size();
  work.cotangents.resize(hidden);
  work.backs.resize(hidden);
  Eigen::MatrixXd back = matrix(weights, layers_.back()).transpose().replicate(1, work.activations[0].cols());
  for (std::size_t l = hidden; l-- > 0;) {
    work.cotangents[l] = work.slopes[l].cwiseProduct(back);
    work.backs[l].swap(back);
    back.noalias() = matrix(weights, layers_[l]).transpose() * work.cotangents[l];
  }
  return back;
}

void DenseNetwork::accumulate(const Weights& weights, const Workspace& work, const Eigen::RowVectorXd& cotangents,
                              const Eigen::MatrixXd& tangents, Eigen::Ref<Eigen::VectorXd> gradient) const {
  const std::size_t hidden = hidden_.size();
  // Forward along t: what the arguments and activations change by.
  std::vector<Eigen::MatrixXd> argument_changes(hidden);
  std::vector<Eigen::MatrixXd> changes(hidden + 1);
  changes[0] = tangents;
  for (std::size_t l = 0; l < hidden; ++l) {
    argument_changes[l].noalias() = matrix(weights, layers_[l]) * changes[l];
    changes[l + 1] = work.slopes[l].cwiseProduct(argument_changes[l]);
  }
  const auto add = [&](const Layer& layer, const auto& matrix_gradient, const auto& bias_gradient) {
    Eigen::Map<Eigen::MatrixXd>(gradient.data() + layer.offset, layer.rows, layer.columns) += matrix_gradient;
    gradient.segment(layer.offset + layer.rows * layer.columns, layer.rows) += bias_gradient;
  };
  const Layer& last = layers_.back();
  add(last, cotangents * work.activations[hidden].transpose() + changes[hidden].rowwise().sum().transpose(),
      Eigen::VectorXd::Constant(1, cotangents.sum()));
  // Back through both. The changes' own cotangents are those that gradients() left: they do not depend on c.
  Eigen::MatrixXd back = matrix(weights, last).transpose() * cotangents;
  for (std::size_t l = hidden; l-- > 0;) {
    // A change is slope(z) · (change of z), so its cotangent reaches z through the curvature.
    const Eigen::MatrixXd at_argument =
        work.slopes[l].cwiseProduct(back) +
        activation_curvatures(activation_, work.arguments[l]).cwiseProduct(argument_changes[l]).cwiseProduct(work.backs[l]);
    add(layers_[l], at_argument * work.activations[l].transpose() + work.cotangents[l] * changes[l].transpose(),
        at_argument.rowwise().sum());
    if (l > 0) back = matrix(weights, layers_[l]).transpose() * at_argument;
  }
}

bool DenseNetwork::operator==(const DenseNetwork& other) const {
  return inputs_ == other.inputs_ && hidden_ == other.hidden_ && activation_ == other.activation_;
}

}  // namespace carillon
