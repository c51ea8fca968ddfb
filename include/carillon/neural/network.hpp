#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <vector>

#include "carillon/neural/network_atoms.hpp"
#include "carillon/neural/network_spec.hpp"

namespace carillon {

/// A learner: what turns the descriptors of a structure's atoms into their energies. The shape only; weights are a vector that
/// the caller keeps: for each element of the model in turn weights() numbers, layer after layer, of each the matrix by columns
/// and then the biases.
///
/// All that training, transfer and evaluation ask of a network is here, so another kind is one more class and one more line in
/// make_network():
///   atom_energies()    E_i
///   input_gradients()  derivatives of E = sum_i E_i with respect to all inputs x             (after atom_energies)
///   accumulate()       d/dw [ c E + (dE/dx) · t ]                                            (after input_gradients)
/// The last is what a loss on energies, forces and stress needs, exact and by one pass forward along t and one back, however many
/// force components there are (docs/neural.md, "Training").
class Network {
public:
  /// Where a layer stands in the weights of an element.
  struct Layer {
    Eigen::Index offset;
    Eigen::Index rows;     ///< nodes
    Eigen::Index columns;  ///< inputs
    bool has_biases = true;
    Eigen::Index matrix_size() const { return rows * columns; }
    Eigen::Index size() const { return matrix_size() + (has_biases ? rows : 0); }
  };

  /// What atom_energies() leaves for the others, of each kind its own. One a thread.
  struct State {
    virtual ~State() = default;
  };

  virtual ~Network() = default;

  int inputs() const { return inputs_; }
  const NetworkSpec& spec() const { return spec_; }
  const std::vector<Layer>& layers() const { return layers_; }                            ///< the output is the last
  Eigen::Index weights() const { return layers_.back().offset + layers_.back().size(); }  ///< of one element

  /// Weights of one element at random, uniform in ±sqrt(6 / (inputs + nodes)) (Glorot & Bengio 2010), biases zero: a function of
  /// the seed only.
  Eigen::VectorXd random_weights(std::uint64_t seed) const;

  virtual std::unique_ptr<State> make_state() const = 0;

  /// @param weights  [elements x weights()], as in all that follow
  /// @return         [atoms], eV
  virtual Eigen::RowVectorXd atom_energies(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const = 0;

  virtual NetworkGradients input_gradients(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const = 0;

  /// @param energy    c
  /// @param tangents  t, a direction in the space of the inputs
  /// @param gradient  added to, [elements x weights()]
  virtual void accumulate(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, const State& state, double energy,
                          const NetworkGradients& tangents, Eigen::VectorXd& gradient) const = 0;

protected:
  auto of_element(const Eigen::VectorXd& all, std::size_t element) const {
    return all.segment(static_cast<Eigen::Index>(element) * weights(), weights());
  }
  auto of_element(Eigen::VectorXd& all, std::size_t element) const {
    return all.segment(static_cast<Eigen::Index>(element) * weights(), weights());
  }

  Network(int inputs, NetworkSpec spec) : inputs_(inputs), spec_(std::move(spec)) {}
  Network(const Network&) = default;
  Network& operator=(const Network&) = default;

  /// One more layer after those there are.
  /// @throws DomainError  no rows or no columns
  void add_layer(Eigen::Index rows, Eigen::Index columns, bool has_biases = true);

private:
  int inputs_;
  NetworkSpec spec_;
  std::vector<Layer> layers_;
};

/// @param inputs  numbers of the descriptor
std::shared_ptr<const Network> make_network(const NetworkSpec& spec, int inputs);

}  // namespace carillon
