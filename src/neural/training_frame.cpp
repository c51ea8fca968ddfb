#include "carillon/neural/training_frame.hpp"

#include <algorithm>
#include <cmath>

#include "carillon/core/parallel.hpp"
#include "carillon/neural/descriptor_forces.hpp"
#include "carillon/neural/standardisation.hpp"

namespace carillon {

void ErrorSums::add(double error) {
  count += 1;
  squared += error * error;
  absolute += std::abs(error);
}

double ErrorSums::rmse() const { return count > 0 ? std::sqrt(squared / count) : 0; }
double ErrorSums::mae() const { return count > 0 ? absolute / count : 0; }

/// What the model says of the frame, and what is needed to go back through it.
struct TrainingFrame::State {
  std::unique_ptr<Network::State> network;
  double energy = 0;                                 // eV
  Eigen::Matrix3Xd forces;                           // [3 x atoms]
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();  // dE/d(strain), not yet symmetric
};

/// Derivatives of the frame's loss.
struct TrainingFrame::Residuals {
  double energy = 0;        // with respect to the energy
  Eigen::Matrix3Xd forces;  // to forces, [3 x atoms]
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();
};

TrainingFrame::TrainingFrame(const Structure& structure, const Descriptor& descriptor, const NetworkModel& model)
    : atoms_(descriptor, structure, NeighborList(structure, descriptor.cutoff()), 0, structure.size()),
      read_{element_groups(model.elements, structure.species), {}, {}},
      energy_(structure.energy),
      stress_components_(structure.stress_is_diagonal ? 3 : 6),
      volume_(structure.cell.volume()),
      label_(structure.label) {
  if (structure.forces) {
    forces_.emplace(3, static_cast<Eigen::Index>(structure.size()));
    for (std::size_t i = 0; i < structure.size(); ++i) forces_->col(static_cast<Eigen::Index>(i)) = (*structure.forces)[i];
  }
  if (volume_ > 0) stress_ = structure.stress;
  if (const auto& messages = model.network->spec().messages) read_.pairs = MessagePairs(*messages, structure, read_.groups);
}

void TrainingFrame::standardise(const NetworkModel& model) { read_.inputs = standardised(model, read_.groups, atoms_.values()); }

Eigen::VectorXd TrainingFrame::composition(const NetworkModel& model) const {
  Eigen::VectorXd out = Eigen::VectorXd::Zero(model.shifts.size());
  for (const ElementGroup& group : read_.groups)
    out[static_cast<Eigen::Index>(group.element)] = static_cast<double>(group.atoms.size());
  return out;
}

double TrainingFrame::network_energy(const NetworkModel& model) const {
  const SingleThreadedBlas guard;
  return model.network->atom_energies(model.weights, read_, *model.network->make_state()).sum();
}

TrainingFrame::State TrainingFrame::evaluate(const NetworkModel& model) const {
  State state;
  state.network = model.network->make_state();
  state.energy = shift_sum(model, read_.groups) + model.network->atom_energies(model.weights, read_, *state.network).sum();
  const NetworkGradients by_read = model.network->input_gradients(model.weights, read_, *state.network);
  const Eigen::MatrixXd cotangents = divided_by_spread(model, read_.groups, by_read.inputs);
  state.forces.setZero(3, static_cast<Eigen::Index>(atoms_.size()));
  add_descriptor_forces(atoms_, cotangents, state.forces, state.virial);
  read_.pairs.add_forces(by_read.distances, state.forces, state.virial);
  return state;
}

TrainingFrame::Residuals TrainingFrame::residuals(const State& state, const LossFactors& factors, LossSums& sums) const {
  Residuals out;
  const auto count = static_cast<double>(atoms_.size());
  if (energy_) {
    const double error = (state.energy - *energy_) / count;
    sums.energy.add(error);
    sums.loss += factors.energy * error * error;
    out.energy = 2 * factors.energy * error / count;
  }
  out.forces.setZero(3, state.forces.cols());
  if (forces_) {
    out.forces = state.forces - *forces_;
    for (const double error : out.forces.reshaped()) sums.force.add(error);
    sums.loss += factors.force * out.forces.squaredNorm();
    out.forces *= 2 * factors.force;
  }
  for (int k = 0; k < stress_components_ && stress_; ++k) {
    const int a = voigt_row[k];
    const int b = voigt_column[k];
    const double error = 0.5 / volume_ * (state.virial(a, b) + state.virial(b, a)) - (*stress_)(a, b);
    sums.stress.add(error);
    sums.loss += factors.stress * error * error;
    out.virial(a, b) += factors.stress * error / volume_;
    out.virial(b, a) += factors.stress * error / volume_;
  }
  return out;
}

/// How the loss changes with each atom's descriptor through forces and stress: along these directions energies are
/// differentiated.
Eigen::MatrixXd TrainingFrame::tangents(const Residuals& residuals) const {
  Eigen::MatrixXd out(atoms_.values().rows(), atoms_.values().cols());
  Eigen::Matrix3Xd velocities;
  for (std::size_t i = 0; i < atoms_.size(); ++i) {
    const auto home = static_cast<Eigen::Index>(i);
    velocities.resize(3, static_cast<Eigen::Index>(atoms_.end(i) - atoms_.begin(i)));
    for (std::size_t k = atoms_.begin(i); k < atoms_.end(i); ++k)
      velocities.col(static_cast<Eigen::Index>(k - atoms_.begin(i))) =
          residuals.forces.col(home) - residuals.forces.col(atoms_.neighbor_atom(k)) + residuals.virial * atoms_.displacement(k);
    atoms_.push_forward(i, velocities, out.col(home));
  }
  return out;
}

void TrainingFrame::add_loss(const NetworkModel& model, const LossFactors& factors, LossSums& sums,
                             Eigen::VectorXd* gradient) const {
  const SingleThreadedBlas guard;
  const State state = evaluate(model);
  const Residuals residual = residuals(state, factors, sums);
  if (!gradient) return;
  const NetworkGradients along{divided_by_spread(model, read_.groups, tangents(residual)),
                               read_.pairs.distance_changes(residual.forces, residual.virial)};
  model.network->accumulate(model.weights, read_, *state.network, residual.energy, along, *gradient);
}

}  // namespace carillon
