#include "carillon/neural/dense_network.hpp"

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

}  // namespace

DenseNetwork::DenseNetwork(int inputs, std::vector<int> hidden, Activation activation)
    : Network(inputs, {std::move(hidden), activation}) {
  Eigen::Index before = inputs;
  for (const int width : spec().hidden) {
    add_layer(width, before);
    before = width;
  }
  add_layer(1, before);
}

Eigen::RowVectorXd DenseNetwork::values(const Weights& weights, Eigen::MatrixXd inputs, Workspace& work) const {
  if (inputs.rows() != this->inputs() || weights.size() != this->weights())
    throw ShapeError("inputs or weights do not fit the network");
  const std::size_t hidden = hidden_layers();
  work.activations.resize(hidden + 1);
  work.arguments.resize(hidden);
  work.slopes.resize(hidden);
  work.activations[0] = std::move(inputs);
  for (std::size_t l = 0; l < hidden; ++l) {
    work.arguments[l].noalias() = matrix(weights, layers()[l]) * work.activations[l];
    work.arguments[l].colwise() += biases(weights, layers()[l]);
    activate(spec().activation, work.arguments[l], work.activations[l + 1], work.slopes[l]);
  }
  Eigen::RowVectorXd out = matrix(weights, layers().back()) * work.activations[hidden];
  out.array() += biases(weights, layers().back())[0];
  return out;
}

Eigen::MatrixXd DenseNetwork::gradients(const Weights& weights, Workspace& work) const {
  const std::size_t hidden = hidden_layers();
  work.cotangents.resize(hidden);
  work.backs.resize(hidden);
  Eigen::MatrixXd back = matrix(weights, layers().back()).transpose().replicate(1, work.activations[0].cols());
  for (std::size_t l = hidden; l-- > 0;) {
    work.cotangents[l] = work.slopes[l].cwiseProduct(back);
    work.backs[l].swap(back);
    back.noalias() = matrix(weights, layers()[l]).transpose() * work.cotangents[l];
  }
  return back;
}

void DenseNetwork::accumulate(const Weights& weights, const Workspace& work, const Eigen::RowVectorXd& cotangents,
                              const Eigen::MatrixXd& tangents, Eigen::Ref<Eigen::VectorXd> gradient,
                              Eigen::MatrixXd* by_inputs) const {
  const std::size_t hidden = hidden_layers();
  // Forward along t: what the arguments and activations change by.
  std::vector<Eigen::MatrixXd> argument_changes(hidden);
  std::vector<Eigen::MatrixXd> changes(hidden + 1);
  changes[0] = tangents;
  for (std::size_t l = 0; l < hidden; ++l) {
    argument_changes[l].noalias() = matrix(weights, layers()[l]) * changes[l];
    changes[l + 1] = work.slopes[l].cwiseProduct(argument_changes[l]);
  }
  const auto add = [&](const Layer& layer, const auto& matrix_gradient, const auto& bias_gradient) {
    Eigen::Map<Eigen::MatrixXd>(gradient.data() + layer.offset, layer.rows, layer.columns) += matrix_gradient;
    gradient.segment(layer.offset + layer.rows * layer.columns, layer.rows) += bias_gradient;
  };
  const Layer& last = layers().back();
  add(last, cotangents * work.activations[hidden].transpose() + changes[hidden].rowwise().sum().transpose(),
      Eigen::VectorXd::Constant(1, cotangents.sum()));
  // Back through both. The changes' own cotangents are those that gradients() left: they do not depend on c.
  Eigen::MatrixXd back = matrix(weights, last).transpose() * cotangents;
  for (std::size_t l = hidden; l-- > 0;) {
    // A change is slope(z) · (change of z), so its cotangent reaches z through the curvature.
    const Eigen::MatrixXd at_argument =
        work.slopes[l].cwiseProduct(back) +
        activation_curvatures(spec().activation, work.arguments[l]).cwiseProduct(argument_changes[l]).cwiseProduct(work.backs[l]);
    add(layers()[l], at_argument * work.activations[l].transpose() + work.cotangents[l] * changes[l].transpose(),
        at_argument.rowwise().sum());
    if (l > 0 || by_inputs) back = matrix(weights, layers()[l]).transpose() * at_argument;
  }
  if (by_inputs) *by_inputs = std::move(back);
}

struct DenseNetwork::GroupStates : State {
  std::vector<Workspace> work;  // [groups]
};

std::unique_ptr<Network::State> DenseNetwork::make_state() const { return std::make_unique<GroupStates>(); }

Eigen::RowVectorXd DenseNetwork::atom_energies(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const {
  std::vector<Workspace>& work = dynamic_cast<GroupStates&>(state).work;
  work.resize(atoms.groups.size());
  Eigen::RowVectorXd out(atoms.inputs.cols());
  for (std::size_t g = 0; g < work.size(); ++g)
    out(atoms.groups[g].atoms) =
        values(of_element(weights, atoms.groups[g].element), atoms.inputs(Eigen::all, atoms.groups[g].atoms), work[g]);
  return out;
}

NetworkGradients DenseNetwork::input_gradients(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const {
  std::vector<Workspace>& work = dynamic_cast<GroupStates&>(state).work;
  NetworkGradients out{Eigen::MatrixXd(atoms.inputs.rows(), atoms.inputs.cols()), {}};
  for (std::size_t g = 0; g < work.size(); ++g)
    out.inputs(Eigen::all, atoms.groups[g].atoms) = gradients(of_element(weights, atoms.groups[g].element), work[g]);
  return out;
}

void DenseNetwork::accumulate(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, const State& state, double energy,
                              const NetworkGradients& tangents, Eigen::VectorXd& gradient) const {
  const std::vector<Workspace>& work = dynamic_cast<const GroupStates&>(state).work;
  for (std::size_t g = 0; g < work.size(); ++g) {
    const ElementGroup& group = atoms.groups[g];
    const auto count = static_cast<Eigen::Index>(group.atoms.size());
    accumulate(of_element(weights, group.element), work[g], Eigen::RowVectorXd::Constant(count, energy),
               tangents.inputs(Eigen::all, group.atoms), of_element(gradient, group.element));
  }
}

}  // namespace carillon
