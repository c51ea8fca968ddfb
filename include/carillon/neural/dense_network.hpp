#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "carillon/neural/activation.hpp"

namespace carillon {

/// A dense network from one atom's descriptor to its energy: hidden layers, then one linear node. The shape only; weights are a
/// vector that the caller keeps, layer after layer, of each the matrix by columns and then the biases.
///
/// All work is on batches of atoms, one a column, by matrix products:
///   values()      y = network(x)
///   gradients()   dy/dx                                                    (after values)
///   accumulate()  d/dw sum_a [ c_a y_a + (dy_a/dx_a) · t_a ]               (after gradients)
/// The last is what a loss on energies and forces needs: c from energy residuals, t from force and stress residuals taken
/// through the descriptor. It is exact, one pass forward along t and one back (docs/neural.md, "Training"), and costs twice
/// values and gradients together, however many force components there are.
class DenseNetwork {
public:
  /// Where a layer stands in the weights.
  struct Layer {
    Eigen::Index offset;
    Eigen::Index rows;     ///< nodes
    Eigen::Index columns;  ///< inputs
    Eigen::Index size() const { return rows * (columns + 1); }
  };

  /// What values() leaves for the others. One a thread.
  struct Workspace {
    std::vector<Eigen::MatrixXd> activations;  ///< [layers + 1]: inputs first
    std::vector<Eigen::MatrixXd> arguments;    ///< [hidden layers]: z
    std::vector<Eigen::MatrixXd> slopes;       ///< [hidden layers]
    std::vector<Eigen::MatrixXd> backs;        ///< [hidden layers]: dy/da, a the layer's activations
    std::vector<Eigen::MatrixXd> cotangents;   ///< [hidden layers]: dy/dz
  };

  DenseNetwork() = default;
  /// @throws DomainError  a width below 1
  DenseNetwork(int inputs, std::vector<int> hidden, Activation activation);

  int inputs() const { return inputs_; }
  const std::vector<int>& hidden() const { return hidden_; }
  Activation activation() const { return activation_; }
  const std::vector<Layer>& layers() const { return layers_; }  ///< hidden ones, then the output
  Eigen::Index weights() const { return layers_.back().offset + layers_.back().size(); }

  /// Weights at random, uniform in ±sqrt(6 / (inputs + nodes)) (Glorot & Bengio 2010), biases zero: a function of the seed only.
  Eigen::VectorXd random_weights(std::uint64_t seed) const;

  /// @param inputs  [inputs x atoms]
  /// @return        [atoms]
  Eigen::RowVectorXd values(const Eigen::Ref<const Eigen::VectorXd>& weights, Eigen::MatrixXd inputs, Workspace& work) const;

  /// @return  [inputs x atoms]
  Eigen::MatrixXd gradients(const Eigen::Ref<const Eigen::VectorXd>& weights, Workspace& work) const;

  /// @param cotangents  c, [atoms]
  /// @param tangents    t, [inputs x atoms]
  /// @param gradient    added to, [weights]
  void accumulate(const Eigen::Ref<const Eigen::VectorXd>& weights, const Workspace& work, const Eigen::RowVectorXd& cotangents,
                  const Eigen::MatrixXd& tangents, Eigen::Ref<Eigen::VectorXd> gradient) const;

  bool operator==(const DenseNetwork& other) const;

private:
  int inputs_ = 0;
  std::vector<int> hidden_;
  Activation activation_ = Activation::tanh;
  std::vector<Layer> layers_;
};

}  // namespace carillon
