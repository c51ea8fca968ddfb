#include "carillon/neural/standardisation.hpp"

namespace carillon {

Eigen::MatrixXd standardised(const NetworkModel& model, const std::vector<ElementGroup>& groups,
                             const Eigen::MatrixXd& descriptors) {
  Eigen::MatrixXd out(descriptors.rows(), descriptors.cols());
  for (const ElementGroup& group : groups)
    out(Eigen::all, group.atoms) = model.scalers[group.element].apply(descriptors(Eigen::all, group.atoms));
  return out;
}

Eigen::MatrixXd divided_by_spread(const NetworkModel& model, const std::vector<ElementGroup>& groups, Eigen::MatrixXd inputs) {
  for (const ElementGroup& group : groups) {
    const Eigen::VectorXd factors = model.scalers[group.element].spread.cwiseInverse();
    for (const Eigen::Index atom : group.atoms) inputs.col(atom).array() *= factors.array();
  }
  return inputs;
}

double shift_sum(const NetworkModel& model, const std::vector<ElementGroup>& groups) {
  double sum = 0;
  for (const ElementGroup& group : groups)
    sum += static_cast<double>(group.atoms.size()) * model.shifts[static_cast<Eigen::Index>(group.element)];
  return sum;
}

}  // namespace carillon
