#include "carillon/neural/message_passing_network.hpp"

#include "carillon/core/error.hpp"
#include "carillon/neural/column_gathering.hpp"

namespace carillon {
namespace {

using Matrix = Eigen::MatrixXd;
using Group = MessagePairs::Group;

Matrix columns_of(const Matrix& all, const std::vector<Eigen::Index>& atoms) {
  Matrix out(all.rows(), static_cast<Eigen::Index>(atoms.size()));
  for (std::size_t k = 0; k < atoms.size(); ++k) out.col(static_cast<Eigen::Index>(k)) = all.col(atoms[k]);
  return out;
}

void put_columns(const Matrix& some, const std::vector<Eigen::Index>& atoms, Matrix& all) {
  for (std::size_t k = 0; k < atoms.size(); ++k) all.col(atoms[k]) = some.col(static_cast<Eigen::Index>(k));
}

/// A layer on all atoms, each with the weights of its element.
class ElementLayers {
public:
  ElementLayers(const Network& network, const Eigen::VectorXd& weights, const NetworkAtoms& atoms)
      : network_(network), weights_(weights), atoms_(atoms) {}

  Eigen::Map<const Matrix> matrix(const Network::Layer& layer, std::size_t element) const {
    return {weights_.data() + place(layer, element), layer.rows, layer.columns};
  }

  Matrix with_biases(const Network::Layer& layer, const Matrix& x) const {
    Matrix out(layer.rows, x.cols());
    for (const ElementGroup& group : atoms_.groups) {
      const Eigen::Map<const Eigen::VectorXd> biases(weights_.data() + place(layer, group.element) + layer.rows * layer.columns,
                                                     layer.rows);
      put_columns((matrix(layer, group.element) * columns_of(x, group.atoms)).colwise() + biases, group.atoms, out);
    }
    return out;
  }

  Matrix without_biases(const Network::Layer& layer, const Matrix& x) const {
    Matrix out(layer.rows, x.cols());
    for (const ElementGroup& group : atoms_.groups)
      put_columns(matrix(layer, group.element) * columns_of(x, group.atoms), group.atoms, out);
    return out;
  }

  Matrix transposed(const Network::Layer& layer, const Matrix& y) const {
    Matrix out(layer.columns, y.cols());
    for (const ElementGroup& group : atoms_.groups)
      put_columns(matrix(layer, group.element).transpose() * columns_of(y, group.atoms), group.atoms, out);
    return out;
  }

  /// Gradient of a layer with biases: at · x^T + at_change · change^T, biases by `at` alone.
  void add_gradient(const Network::Layer& layer, const Matrix& at, const Matrix& x, const Matrix& at_change, const Matrix& change,
                    Eigen::VectorXd& gradient) const {
    for (const ElementGroup& group : atoms_.groups) {
      const Matrix at_group = columns_of(at, group.atoms);
      add_to_matrix(layer, group.element, at_group, columns_of(x, group.atoms), gradient);
      add_to_matrix(layer, group.element, columns_of(at_change, group.atoms), columns_of(change, group.atoms), gradient);
      gradient.segment(place(layer, group.element) + layer.rows * layer.columns, layer.rows) += at_group.rowwise().sum();
    }
  }

  void add_to_matrix(const Network::Layer& layer, std::size_t element, const Matrix& left, const Matrix& right,
                     Eigen::VectorXd& gradient) const {
    Eigen::Map<Matrix>(gradient.data() + place(layer, element), layer.rows, layer.columns).noalias() += left * right.transpose();
  }

private:
  Eigen::Index place(const Network::Layer& layer, std::size_t element) const {
    return static_cast<Eigen::Index>(element) * network_.weights() + layer.offset;
  }

  const Network& network_;
  const Eigen::VectorXd& weights_;
  const NetworkAtoms& atoms_;
};

}  // namespace

/// What a round worked out. All but the filters are [features x atoms].
struct MessagePassingNetwork::Round {
  Matrix before;                // h
  Matrix sent;                  // V h + v
  std::vector<Matrix> filters;  // F φ, [groups of pairs]: [features x columns]
  Matrix received;              // m
  Matrix arguments;             // U m + u
  Matrix slopes;                // a' there
  // Derivatives of the energy, by input_gradients():
  Matrix by_added;                 // with respect to a(U m + u)
  Matrix by_arguments;             // to U m + u
  Matrix by_received;              // to m
  Matrix by_sent;                  // to V h + v
  std::vector<Matrix> by_filters;  // to F φ
};

struct MessagePassingNetwork::Passing : State {
  Matrix arguments, slopes;       // of the first layer
  Matrix by_added, by_arguments;  // as in a round
  std::vector<Round> rounds;
  std::vector<DenseNetwork::Workspace> readout;  // [groups]
};

/// How everything changes along a direction t of the inputs.
struct MessagePassingNetwork::Changes {
  struct InRound {
    Matrix before, sent, received, arguments;
    std::vector<Matrix> functions, filters;  // [groups of pairs]
  };
  Matrix arguments;  // of the first layer
  std::vector<InRound> rounds;
  Matrix features;  // at the end
};

MessagePassingNetwork::MessagePassingNetwork(int inputs, const NetworkSpec& spec)
    : Network(inputs, spec), readout_(spec.messages.value().features, spec.hidden, spec.activation) {
  const MessageSpec& messages = *spec.messages;
  add_layer(messages.features, inputs);
  for (int round = 0; round < messages.rounds; ++round) {
    add_layer(messages.features, messages.features);
    add_layer(messages.features, messages.order + 1, false);
    add_layer(messages.features, messages.features);
  }
  for (const Layer& layer : readout_.layers()) add_layer(layer.rows, layer.columns);
}

std::unique_ptr<Network::State> MessagePassingNetwork::make_state() const { return std::make_unique<Passing>(); }

Eigen::Index MessagePassingNetwork::readout_place(std::size_t element) const {
  return static_cast<Eigen::Index>(element + 1) * weights() - readout_.weights();
}

Eigen::RowVectorXd MessagePassingNetwork::atom_energies(const Eigen::VectorXd& weights, const NetworkAtoms& atoms,
                                                        State& state) const {
  auto& s = dynamic_cast<Passing&>(state);
  const ElementLayers layers_of(*this, weights, atoms);
  s.arguments = layers_of.with_biases(layers().front(), atoms.inputs);
  Matrix features, added;
  activate(spec().activation, s.arguments, features, s.slopes);
  s.rounds.resize(rounds());
  for (std::size_t t = 0; t < rounds(); ++t) {
    Round& round = s.rounds[t];
    round.before = features;
    round.sent = layers_of.with_biases(features_of(t), features);
    round.received.setZero(features.rows(), features.cols());
    round.filters.clear();
    for (const Group& group : atoms.pairs.groups()) {
      round.filters.emplace_back(layers_of.matrix(filter_of(t), group.element) * group.values);
      add_column_products(round.sent, group.senders, round.filters.back(), group.columns, round.received, group.receivers);
    }
    round.arguments = layers_of.with_biases(update_of(t), round.received);
    activate(spec().activation, round.arguments, added, round.slopes);
    features += added;
  }
  Eigen::RowVectorXd energies(atoms.inputs.cols());
  s.readout.resize(atoms.groups.size());
  for (std::size_t g = 0; g < atoms.groups.size(); ++g)
    energies(atoms.groups[g].atoms) = readout_.values(weights.segment(readout_place(atoms.groups[g].element), readout_.weights()),
                                                      columns_of(features, atoms.groups[g].atoms), s.readout[g]);
  return energies;
}

NetworkGradients MessagePassingNetwork::input_gradients(const Eigen::VectorXd& weights, const NetworkAtoms& atoms,
                                                        State& state) const {
  auto& s = dynamic_cast<Passing&>(state);
  const ElementLayers layers_of(*this, weights, atoms);
  Matrix by_features(layers().front().rows, atoms.inputs.cols());
  for (std::size_t g = 0; g < atoms.groups.size(); ++g)
    put_columns(readout_.gradients(weights.segment(readout_place(atoms.groups[g].element), readout_.weights()), s.readout[g]),
                atoms.groups[g].atoms, by_features);
  NetworkGradients out;
  out.distances.setZero(atoms.pairs.size());
  for (std::size_t t = rounds(); t-- > 0;) {
    Round& round = s.rounds[t];
    round.by_added = by_features;
    round.by_arguments = round.slopes.cwiseProduct(by_features);
    round.by_received = layers_of.transposed(update_of(t), round.by_arguments);
    round.by_sent.setZero(round.sent.rows(), round.sent.cols());
    round.by_filters.clear();
    for (std::size_t g = 0; g < round.filters.size(); ++g) {
      const Group& group = atoms.pairs.groups()[g];
      add_column_products(round.by_received, group.receivers, round.filters[g], group.columns, round.by_sent, group.senders);
      Matrix& by_filters = round.by_filters.emplace_back(Matrix::Zero(round.filters[g].rows(), round.filters[g].cols()));
      add_column_products(round.by_received, group.receivers, round.sent, group.senders, by_filters, group.columns);
      const Matrix by_functions = layers_of.matrix(filter_of(t), group.element).transpose() * by_filters;
      for (std::size_t c = 0; c < group.pairs.size(); ++c)
        out.distances[group.pairs[c]] +=
            by_functions.col(static_cast<Eigen::Index>(c)).dot(group.slopes.col(static_cast<Eigen::Index>(c)));
    }
    by_features += layers_of.transposed(features_of(t), round.by_sent);
  }
  s.by_added = by_features;
  s.by_arguments = s.slopes.cwiseProduct(by_features);
  out.inputs = layers_of.transposed(layers().front(), s.by_arguments);
  return out;
}

MessagePassingNetwork::Changes MessagePassingNetwork::changes_along(const Eigen::VectorXd& weights, const NetworkAtoms& atoms,
                                                                    const Passing& s, const NetworkGradients& tangents) const {
  const ElementLayers layers_of(*this, weights, atoms);
  Changes out;
  out.arguments = layers_of.without_biases(layers().front(), tangents.inputs);
  out.features = s.slopes.cwiseProduct(out.arguments);
  for (std::size_t t = 0; t < rounds(); ++t) {
    const Round& round = s.rounds[t];
    Changes::InRound& change = out.rounds.emplace_back();
    change.before = out.features;
    change.sent = layers_of.without_biases(features_of(t), out.features);
    change.received.setZero(round.received.rows(), round.received.cols());
    for (std::size_t g = 0; g < round.filters.size(); ++g) {
      const Group& group = atoms.pairs.groups()[g];
      change.functions.emplace_back(group.slopes * tangents.distances(group.pairs).asDiagonal());
      change.filters.emplace_back(layers_of.matrix(filter_of(t), group.element) * change.functions.back());
      add_column_products(change.sent, group.senders, round.filters[g], group.columns, change.received, group.receivers);
      add_column_products(round.sent, group.senders, change.filters[g], group.columns, change.received, group.receivers);
    }
    change.arguments = layers_of.without_biases(update_of(t), change.received);
    out.features += round.slopes.cwiseProduct(change.arguments);
  }
  return out;
}

/// The dense networks at the end. Returns what L = c E + (change of E) is to the features before them.
Eigen::MatrixXd MessagePassingNetwork::accumulate_readout(const Eigen::VectorXd& weights, const NetworkAtoms& atoms,
                                                          const Passing& s, double energy, const Matrix& tangents,
                                                          Eigen::VectorXd& gradient) const {
  Matrix out(tangents.rows(), tangents.cols());
  for (std::size_t g = 0; g < atoms.groups.size(); ++g) {
    const ElementGroup& group = atoms.groups[g];
    const Eigen::Index place = readout_place(group.element);
    Matrix by_features;
    readout_.accumulate(weights.segment(place, readout_.weights()), s.readout[g],
                        Eigen::RowVectorXd::Constant(static_cast<Eigen::Index>(group.atoms.size()), energy),
                        columns_of(tangents, group.atoms), gradient.segment(place, readout_.weights()), &by_features);
    put_columns(by_features, group.atoms, out);
  }
  return out;
}

void MessagePassingNetwork::accumulate(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, const State& state,
                                       double energy, const NetworkGradients& tangents, Eigen::VectorXd& gradient) const {
  const auto& s = dynamic_cast<const Passing&>(state);
  const ElementLayers layers_of(*this, weights, atoms);
  const Changes changes = changes_along(weights, atoms, s, tangents);
  // Back through L = c E + (change of E): `at` is dL/d(value). dL/d(change of a value) is dE/d(value), which input_gradients()
  // left. A change of a(z) is a'(z) · (change of z), so it reaches z through the curvature.
  const auto through_activation = [&](const Matrix& at, const Matrix& arguments, const Matrix& slopes, const Matrix& change,
                                      const Matrix& by_added) -> Matrix {
    return slopes.cwiseProduct(at) +
           activation_curvatures(spec().activation, arguments).cwiseProduct(change).cwiseProduct(by_added);
  };
  Matrix at = accumulate_readout(weights, atoms, s, energy, changes.features, gradient);
  for (std::size_t t = rounds(); t-- > 0;) {
    const Round& round = s.rounds[t];
    const Changes::InRound& change = changes.rounds[t];
    const Matrix at_arguments = through_activation(at, round.arguments, round.slopes, change.arguments, round.by_added);
    layers_of.add_gradient(update_of(t), at_arguments, round.received, round.by_arguments, change.received, gradient);
    const Matrix at_received = layers_of.transposed(update_of(t), at_arguments);
    Matrix at_sent = Matrix::Zero(round.sent.rows(), round.sent.cols());
    for (std::size_t g = 0; g < round.filters.size(); ++g) {
      const Group& group = atoms.pairs.groups()[g];
      add_column_products(at_received, group.receivers, round.filters[g], group.columns, at_sent, group.senders);
      add_column_products(round.by_received, group.receivers, change.filters[g], group.columns, at_sent, group.senders);
      Matrix at_filters = Matrix::Zero(round.filters[g].rows(), round.filters[g].cols());
      add_column_products(at_received, group.receivers, round.sent, group.senders, at_filters, group.columns);
      add_column_products(round.by_received, group.receivers, change.sent, group.senders, at_filters, group.columns);
      layers_of.add_to_matrix(filter_of(t), group.element, at_filters, group.values, gradient);
      layers_of.add_to_matrix(filter_of(t), group.element, round.by_filters[g], change.functions[g], gradient);
    }
    layers_of.add_gradient(features_of(t), at_sent, round.before, round.by_sent, change.before, gradient);
    at += layers_of.transposed(features_of(t), at_sent);
  }
  const Matrix at_arguments = through_activation(at, s.arguments, s.slopes, changes.arguments, s.by_added);
  layers_of.add_gradient(layers().front(), at_arguments, atoms.inputs, s.by_arguments, tangents.inputs, gradient);
}

}  // namespace carillon
