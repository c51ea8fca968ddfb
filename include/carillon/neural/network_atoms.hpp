#pragma once

#include <Eigen/Core>
#include <vector>

#include "carillon/neural/element_groups.hpp"

namespace carillon {

/// A structure, or a run of its atoms, as a network reads it.
struct NetworkAtoms {
  std::vector<ElementGroup> groups;
  Eigen::MatrixXd inputs;  ///< [inputs x atoms]: descriptors, standardised
};

/// Derivatives with respect to what a network reads, or a direction in the space of it.
struct NetworkGradients {
  Eigen::MatrixXd inputs;  ///< [inputs x atoms]
};

}  // namespace carillon
