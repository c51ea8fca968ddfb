#include "carillon/neural/network_potential.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/neural/described_atoms.hpp"
#include "carillon/neural/standardisation.hpp"

namespace carillon {
namespace {

constexpr std::size_t atoms_in_run = 32;  // enough for the matrix products, and derivatives stay in the cache

}  // namespace

/// What a run of atoms contributes: energies, and the gradient of their sum with respect to each neighbour's displacement.
struct NetworkPotential::Run {
  double energy = 0;
  Eigen::Matrix3Xd gradients;

  void pull_back(const DescribedAtoms<double>& atoms, const Eigen::Ref<const Eigen::MatrixXd>& cotangents) {
    gradients.resize(3, static_cast<Eigen::Index>(atoms.neighbors()));
    for (std::size_t i = 0; i < atoms.size(); ++i)
      atoms.pull_back(i, cotangents.col(static_cast<Eigen::Index>(i)),
                      gradients.middleCols(static_cast<Eigen::Index>(atoms.begin(i)),
                                           static_cast<Eigen::Index>(atoms.end(i) - atoms.begin(i))));
  }
};

NetworkPotential::NetworkPotential(NetworkModel model)
    : model_(std::move(model)), descriptor_(make_descriptor(model_.descriptor, model_.elements)) {}

double NetworkPotential::cutoff() const {
  const auto& messages = model_.network->spec().messages;
  return descriptor_->cutoff() + (messages ? messages->rounds * messages->cutoff : 0);
}

NetworkPotential::Run NetworkPotential::evaluate_run(const Structure& structure, const NeighborList& neighbors, std::size_t first,
                                                     std::size_t last) const {
  const SingleThreadedBlas guard;  // Eigen's products, too, go by OpenMP's thread count
  const DescribedAtoms<double> atoms(*descriptor_, structure, neighbors, first, last);
  NetworkAtoms read{element_groups(model_.elements, std::span(structure.species).subspan(first, last - first)), {}, {}};
  read.inputs = standardised(model_, read.groups, atoms.values());
  const std::unique_ptr<Network::State> state = model_.network->make_state();
  Run run;
  run.energy = model_.network->atom_energies(model_.weights, read, *state).sum() + shift_sum(model_, read.groups);
  run.pull_back(atoms,
                divided_by_spread(model_, read.groups, model_.network->input_gradients(model_.weights, read, *state).inputs));
  return run;
}

/// Runs of atoms that know nothing of each other.
std::vector<NetworkPotential::Run> NetworkPotential::runs_alone(const Structure& structure, const NeighborList& neighbors) const {
  std::vector<Run> runs((structure.size() + atoms_in_run - 1) / atoms_in_run);
  parallel_for(static_cast<long>(runs.size()), [&](long number) {
    const std::size_t first = static_cast<std::size_t>(number) * atoms_in_run;
    runs[static_cast<std::size_t>(number)] =
        evaluate_run(structure, neighbors, first, std::min(first + atoms_in_run, structure.size()));
  });
  return runs;
}

/// Runs of atoms that send each other messages: descriptors, the network of all atoms, derivatives of descriptors.
std::vector<NetworkPotential::Run> NetworkPotential::runs_together(const Structure& structure, const NeighborList& neighbors,
                                                                   const MessagePairs& pairs,
                                                                   Eigen::VectorXd& by_distance) const {
  std::vector<Run> runs((structure.size() + atoms_in_run - 1) / atoms_in_run);
  std::vector<std::optional<DescribedAtoms<double>>> described(runs.size());
  Eigen::MatrixXd descriptors(descriptor_->size(), static_cast<Eigen::Index>(structure.size()));
  const auto columns_of = [&](long number, auto& matrix) {
    const auto first = number * static_cast<Eigen::Index>(atoms_in_run);
    return matrix.middleCols(first, std::min(static_cast<Eigen::Index>(atoms_in_run), matrix.cols() - first));
  };
  parallel_for(static_cast<long>(runs.size()), [&](long number) {
    const std::size_t first = static_cast<std::size_t>(number) * atoms_in_run;
    const auto& made = described[static_cast<std::size_t>(number)].emplace(*descriptor_, structure, neighbors, first,
                                                                           std::min(first + atoms_in_run, structure.size()));
    columns_of(number, descriptors) = made.values();
  });
  const SingleThreadedBlas guard;
  NetworkAtoms read{element_groups(model_.elements, structure.species), {}, pairs};
  read.inputs = standardised(model_, read.groups, descriptors);
  const std::unique_ptr<Network::State> state = model_.network->make_state();
  runs.at(0).energy = model_.network->atom_energies(model_.weights, read, *state).sum() + shift_sum(model_, read.groups);
  NetworkGradients gradient = model_.network->input_gradients(model_.weights, read, *state);
  by_distance = std::move(gradient.distances);
  const Eigen::MatrixXd cotangents = divided_by_spread(model_, read.groups, std::move(gradient.inputs));
  parallel_for(static_cast<long>(runs.size()), [&](long number) {
    const auto at = static_cast<std::size_t>(number);
    runs[at].pull_back(*described[at], columns_of(number, cotangents));
  });
  return runs;
}

Prediction NetworkPotential::evaluate(const Structure& structure) const {
  refuse_unknown_elements(structure);
  const NeighborList neighbors(structure, descriptor_->cutoff());
  std::vector<Run> runs;
  Eigen::Matrix3Xd forces = Eigen::Matrix3Xd::Zero(3, static_cast<Eigen::Index>(structure.size()));
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();
  if (const auto& messages = model_.network->spec().messages; messages && structure.size() > 0) {
    const MessagePairs pairs(*messages, structure, element_groups(model_.elements, structure.species));
    Eigen::VectorXd by_distance;
    runs = runs_together(structure, neighbors, pairs, by_distance);
    pairs.add_forces(by_distance, forces, virial);
  } else {
    runs = runs_alone(structure, neighbors);
  }
  Prediction out{0, std::vector<Eigen::Vector3d>(structure.size()), Eigen::Matrix3d::Zero()};
  Eigen::Index column = 0;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (i % atoms_in_run == 0) {
      out.energy += runs[i / atoms_in_run].energy;
      column = 0;
    }
    for (const Neighbor& neighbor : neighbors.neighbors(i)) {
      const Eigen::Vector3d gradient = runs[i / atoms_in_run].gradients.col(column++);
      forces.col(static_cast<Eigen::Index>(i)) += gradient;
      forces.col(neighbor.index) -= gradient;
      virial += gradient * neighbor.displacement.transpose();
    }
  }
  for (std::size_t i = 0; i < structure.size(); ++i) out.forces[i] = forces.col(static_cast<Eigen::Index>(i));
  if (const double volume = structure.cell.volume(); volume > 0) out.stress = 0.5 / volume * (virial + virial.transpose());
  return out;
}

void NetworkPotential::refuse_unknown_elements(const Structure& structure) const {
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (std::binary_search(model_.elements.begin(), model_.elements.end(), structure.species[i])) continue;
    Location where = structure.origin;
    where.atom = static_cast<long>(i);
    fail_at(where, "element " + std::string(structure.species[i].symbol()) + " is not part of the model " +
                       element_set_name(model_.elements));
  }
}

std::string NetworkPotential::description() const {
  return fmt::format("network {}, {} inputs, {}, {} weights, cutoff {} Å", element_set_name(model_.elements),
                     model_.network->inputs(), network_spec_text(model_.network->spec()), model_.weights.size(), cutoff());
}

}  // namespace carillon
