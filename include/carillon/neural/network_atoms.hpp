#pragma once

#include <Eigen/Core>
#include <vector>

#include "carillon/neural/message_pairs.hpp"

namespace carillon {

/// A structure, or a run of its atoms, as a network reads it.
struct NetworkAtoms {
  std::vector<ElementGroup> groups;
  Eigen::MatrixXd inputs;  ///< [inputs x atoms]: descriptors, standardised
  MessagePairs pairs;      ///< none for networks that send no messages
};

/// Derivatives with respect to what a network reads, or a direction in the space of it.
struct NetworkGradients {
  Eigen::MatrixXd inputs;     ///< [inputs x atoms]
  Eigen::VectorXd distances;  ///< [pairs], with respect to them in 1/Å; empty without
};

}  // namespace carillon
