#pragma once

#include "carillon/neural/network_model.hpp"

namespace carillon {

/// Between descriptors and what a network reads: x = (G - mean) / spread, with the scaler of each atom's element.

/// @param descriptors  G, [descriptor size x atoms]
Eigen::MatrixXd standardised(const NetworkModel& model, const std::vector<ElementGroup>& groups,
                             const Eigen::MatrixXd& descriptors);

/// What a change of x is for one of G, and a derivative with respect to x for one with respect to G: divided by the spread.
/// @param inputs  [descriptor size x atoms]
Eigen::MatrixXd divided_by_spread(const NetworkModel& model, const std::vector<ElementGroup>& groups, Eigen::MatrixXd inputs);

/// Sum of all atoms' reference energies, eV.
double shift_sum(const NetworkModel& model, const std::vector<ElementGroup>& groups);

}  // namespace carillon
