#pragma once

#include <Eigen/Core>
#include <vector>

#include "carillon/neural/network.hpp"

namespace carillon {

/// A dense network from one atom's descriptor to its energy, for each element: hidden layers, then one linear node.
///
/// All work is on batches of atoms of one element, one a column, by matrix products, with the weights of that element:
///   values()      y = network(x)
///   gradients()   dy/dx                                                    (after values)
///   accumulate()  d/dw sum_a [ c_a y_a + (dy_a/dx_a) · t_a ]               (after gradients)
/// The last costs twice values and gradients together.
class DenseNetwork : public Network {
public:
  /// What values() leaves for the others. One a thread.
  struct Workspace {
    std::vector<Eigen::MatrixXd> activations;  ///< [layers + 1]: inputs first
    std::vector<Eigen::MatrixXd> arguments;    ///< [hidden layers]: z
    std::vector<Eigen::MatrixXd> slopes;       ///< [hidden layers]
    std::vector<Eigen::MatrixXd> backs;        ///< [hidden layers]: dy/da, a the layer's activations
    std::vector<Eigen::MatrixXd> cotangents;   ///< [hidden layers]: dy/dz
  };

  /// @throws DomainError  a width below 1
  DenseNetwork(int inputs, std::vector<int> hidden, Activation activation);

  /// @param inputs  [inputs x atoms]
  /// @return        [atoms]
  Eigen::RowVectorXd values(const Eigen::Ref<const Eigen::VectorXd>& weights, Eigen::MatrixXd inputs, Workspace& work) const;

  /// @return  [inputs x atoms]
  Eigen::MatrixXd gradients(const Eigen::Ref<const Eigen::VectorXd>& weights, Workspace& work) const;

  /// @param cotangents  c, [atoms]
  /// @param tangents    t, [inputs x atoms]
  /// @param gradient    added to, [weights]
  /// @param by_inputs   out, [inputs x atoms], where wanted: the derivative with respect to x of what is differentiated
  void accumulate(const Eigen::Ref<const Eigen::VectorXd>& weights, const Workspace& work, const Eigen::RowVectorXd& cotangents,
                  const Eigen::MatrixXd& tangents, Eigen::Ref<Eigen::VectorXd> gradient,
                  Eigen::MatrixXd* by_inputs = nullptr) const;

  std::unique_ptr<State> make_state() const override;
  Eigen::RowVectorXd atom_energies(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const override;
  NetworkGradients input_gradients(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, State& state) const override;
  void accumulate(const Eigen::VectorXd& weights, const NetworkAtoms& atoms, const State& state, double energy,
                  const NetworkGradients& tangents, Eigen::VectorXd& gradient) const override;

private:
  struct GroupStates;  // a workspace for each element

  std::size_t hidden_layers() const { return layers().size() - 1; }
};

}  // namespace carillon
