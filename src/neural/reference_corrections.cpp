#include "carillon/neural/reference_corrections.hpp"

#include <Eigen/QR>

namespace carillon {

ReferenceCorrections refitted_references(const EnergyTable& energies) {
  ReferenceCorrections out;
  out.corrections = Eigen::VectorXd::Zero(energies.composition.cols());
  if (energies.reference.size() == 0) return out;
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> decomposition;
  // Compositions are whole numbers: what is below this part of the largest is rounding.
  decomposition.setThreshold(1e-9);
  decomposition.compute(energies.composition);
  out.corrections = decomposition.solve(energies.reference - energies.predicted);
  out.rank = decomposition.rank();
  return out;
}

ReferenceCorrections mean_references(const EnergyTable& energies) {
  const Eigen::Index elements = energies.composition.cols();
  ReferenceCorrections out{Eigen::VectorXd::Zero(elements), 1};
  if (energies.reference.size() == 0) return out;
  const Eigen::ArrayXd atoms = energies.composition.rowwise().sum().array();
  out.corrections.setConstant(((energies.reference - energies.predicted).array() / atoms).mean());
  return out;
}

}  // namespace carillon
