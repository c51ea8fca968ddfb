#pragma once

#include <Eigen/Core>

namespace carillon {

/// Adam (D. P. Kingma, J. Ba, arXiv:1412.6980): steps by the mean of past gradients over the root of the mean of their squares.
/// Decay rates of the means 0.9 and 0.999, ε 1e-8, as in the paper.
struct AdamState {
  Eigen::VectorXd mean;     ///< of gradients, [weights]
  Eigen::VectorXd squares;  ///< of squared gradients
  long steps = 0;

  static AdamState zero(Eigen::Index size) { return {Eigen::VectorXd::Zero(size), Eigen::VectorXd::Zero(size), 0}; }

  /// @param rates  step length of each weight
  void step(const Eigen::VectorXd& gradient, const Eigen::VectorXd& rates, Eigen::VectorXd& weights);
};

}  // namespace carillon
