#include "carillon/neural/last_layer.hpp"

#include "carillon/core/parallel.hpp"
#include "carillon/neural/descriptor_forces.hpp"
#include "carillon/neural/standardisation.hpp"

namespace carillon {

LastLayer::LastLayer(NetworkModel model)
    : model_(std::move(model)),
      descriptor_(make_descriptor(model_.descriptor, model_.elements)),
      per_element_(model_.network->layers().back().size()) {}

Eigen::Index LastLayer::offset(std::size_t element) const {
  return static_cast<Eigen::Index>(element) * model_.network->weights() + model_.network->layers().back().offset;
}

Eigen::VectorXd LastLayer::weights() const {
  Eigen::VectorXd out(columns());
  for (std::size_t e = 0; e < model_.elements.size(); ++e) {
    const auto element = static_cast<Eigen::Index>(e);
    out.segment(element * per_element_, per_element_) = model_.weights.segment(offset(e), per_element_);
    out[(element + 1) * per_element_ - 1] += model_.shifts[element];
  }
  return out;
}

Eigen::MatrixXd LastLayer::rows(const Structure& structure) const {
  const auto atoms = static_cast<Eigen::Index>(structure.size());
  const DescribedAtoms<double> described(*descriptor_, structure, NeighborList(structure, descriptor_->cutoff()), 0,
                                         structure.size());
  NetworkAtoms read{element_groups(model_.elements, structure.species), {}, {}};
  read.inputs = standardised(model_, read.groups, described.values());
  if (const auto& messages = model_.network->spec().messages) read.pairs = MessagePairs(*messages, structure, read.groups);
  Eigen::VectorXd nothing = model_.weights;
  for (std::size_t e = 0; e < model_.elements.size(); ++e) nothing.segment(offset(e), per_element_).setZero();
  const double volume = structure.cell.volume();

  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(3 * atoms + 7, columns());
  for (const ElementGroup& group : read.groups)
    parallel_for(per_element_, [&](long k) {
      const SingleThreadedBlas guard;
      auto column = out.col(static_cast<Eigen::Index>(group.element) * per_element_ + k);
      Eigen::VectorXd weights = nothing;
      weights[offset(group.element) + k] = 1;
      const std::unique_ptr<Network::State> state = model_.network->make_state();
      column[3 * atoms + 6] = model_.network->atom_energies(weights, read, *state).sum();
      const NetworkGradients by_read = model_.network->input_gradients(weights, read, *state);
      Eigen::Matrix3Xd forces = Eigen::Matrix3Xd::Zero(3, atoms);
      Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();
      add_descriptor_forces(described, divided_by_spread(model_, read.groups, by_read.inputs), forces, virial);
      read.pairs.add_forces(by_read.distances, forces, virial);
      column.head(3 * atoms) = forces.reshaped();
      for (int v = 0; v < 6 && volume > 0; ++v)
        column[3 * atoms + v] = 0.5 / volume * (virial(voigt_row[v], voigt_column[v]) + virial(voigt_column[v], voigt_row[v]));
    });
  return out;
}

}  // namespace carillon
