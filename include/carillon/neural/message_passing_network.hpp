#pragma once

#include "carillon/neural/dense_network.hpp"

namespace carillon {

/// A message-passing network (docs/neural.md, "Message passing"): what an atom is described by goes to its neighbours before
/// energies are made, so that an atom learns of surroundings beyond its own descriptor. Every atom has features h, at first made
/// of its descriptor x; in each round t its neighbours send theirs through a filter that depends on the distance (continuous
/// filters: K. T. Schütt et al., J. Chem. Phys. 148, 241722 (2018), doi:10.1063/1.5019779):
///
///   h_i = a(W x_i + b)
///   m_i = sum_j (V_t h_j + v_t) ∘ (F_t φ(r_ij))             φ: see MessagePairs
///   h_i <- h_i + a(U_t m_i + u_t)
///   E_i = dense(h_i)
///
/// Each element has its own weights; V and F are those of the sender's. Layers: W; V, F (without biases) and U of each round;
/// those of the dense network at the end. All derivatives are worked out by hand (docs/decisions/derivatives_by_hand.md).
///
/// Cost of energies and gradients of a frame: O(pairs features order) for each round by matrix products, beside those of dense
/// layers.
class MessagePassingNetwork : public Network {
public:
  /// @param spec  with messages
  /// @throws DomainError  a width or number of functions below 1
  MessagePassingNetwork(int inputs, const NetworkSpec& spec);

  std::unique_ptr<State> make_state() const override;
  Eigen::RowVectorXd atom_energies(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const override;
  NetworkGradients input_gradients(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const override;
  void accumulate(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, const State& state, double energy,
                  const NetworkGradients& tangents, Eigen::VectorXd& gradient) const override;

private:
  struct Round;
  struct Passing;
  struct Changes;
  Changes changes_along(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, const Passing& state,
                        const NetworkGradients& tangents) const;
  Eigen::MatrixXd accumulate_readout(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, const Passing& state,
                                     double energy, const Eigen::MatrixXd& tangents, Eigen::VectorXd& gradient) const;
  Eigen::Index readout_place(std::size_t element) const;

  const Layer& features_of(std::size_t round) const { return layers()[1 + 3 * round]; }
  const Layer& filter_of(std::size_t round) const { return layers()[2 + 3 * round]; }
  const Layer& update_of(std::size_t round) const { return layers()[3 + 3 * round]; }
  std::size_t rounds() const { return static_cast<std::size_t>(spec().messages->rounds); }

  DenseNetwork readout_;  // its weights are the last ones of each element
};

}  // namespace carillon
