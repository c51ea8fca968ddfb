#include "carillon/neural/network_potential.hpp"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/neural/described_atoms.hpp"
#include "carillon/neural/standardisation.hpp"

namespace carillon {
namespace {

constexpr std::size_t atoms_in_run = 32;  // enough for the matrix products, and derivatives stay in the cache

/// The model with every element a second time: without energy, but otherwise alike. What atoms of another processor tell the
/// owned ones counts, their own energies do not; everything is linear in the last layer and the reference energy.
NetworkModel with_ghosts(NetworkModel model) {
  const auto count = static_cast<Eigen::Index>(model.elements.size());
  const Network::Layer& last = model.network->layers().back();
  model.weights = model.weights.replicate(2, 1).eval();
  for (Eigen::Index e = count; e < 2 * count; ++e)
    model.weights.segment(e * model.network->weights() + last.offset, last.size()).setZero();
  const std::vector<Scaler> scalers = model.scalers;
  model.scalers.insert(model.scalers.end(), scalers.begin(), scalers.end());
  model.shifts = (Eigen::VectorXd(2 * count) << model.shifts, Eigen::VectorXd::Zero(count)).finished();
  return model;
}

/// Those that are not owned are of the second half of elements.
/// @param species  the owned atoms first
std::vector<ElementGroup> groups_of(const std::vector<Element>& elements, std::span<const Element> species, std::size_t owned) {
  std::vector<ElementGroup> groups = element_groups(elements, species.first(owned));
  for (ElementGroup& group : element_groups(elements, species.subspan(owned))) {
    group.element += elements.size();
    for (Eigen::Index& atom : group.atoms) atom += static_cast<Eigen::Index>(owned);
    groups.push_back(std::move(group));
  }
  return groups;
}

Structure first_atoms(const Structure& structure, std::size_t count) {
  Structure out = structure;
  out.species.resize(count);
  out.positions.resize(count);
  return out;
}

}  // namespace

/// What a run of atoms contributes: energies, and the gradient of their sum with respect to each neighbour's displacement.
struct NetworkPotential::Run {
  Eigen::RowVectorXd energies;  // [atoms], without reference energies
  double shifts = 0;            // sum of these
  Eigen::Matrix3Xd gradients;

  double energy() const { return energies.sum() + shifts; }

  void pull_back(const DescribedAtoms<double>& atoms, const Eigen::Ref<const Eigen::MatrixXd>& cotangents) {
    gradients.resize(3, static_cast<Eigen::Index>(atoms.neighbors()));
    for (std::size_t i = 0; i < atoms.size(); ++i)
      atoms.pull_back(i, cotangents.col(static_cast<Eigen::Index>(i)),
                      gradients.middleCols(static_cast<Eigen::Index>(atoms.begin(i)),
                                           static_cast<Eigen::Index>(atoms.end(i) - atoms.begin(i))));
  }
};

/// What atoms give all together.
struct NetworkPotential::Sum {
  std::vector<Run> runs;
  Eigen::Matrix3Xd forces;
  Eigen::Matrix3d virial = Eigen::Matrix3d::Zero();  // dE/d(strain), not yet symmetric
};

NetworkPotential::NetworkPotential(NetworkModel model)
    : model_(std::move(model)),
      with_ghosts_(with_ghosts(model_)),
      descriptor_(make_descriptor(model_.descriptor, model_.elements)) {}

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
  run.energies = model_.network->atom_energies(model_.weights, read, *state);
  run.shifts = shift_sum(model_, read.groups);
  run.pull_back(atoms,
                divided_by_spread(model_, read.groups, model_.network->input_gradients(model_.weights, read, *state).inputs));
  return run;
}

/// Runs of atoms that know nothing of each other.
std::vector<NetworkPotential::Run> NetworkPotential::runs_alone(const Structure& structure, const NeighborList& neighbors,
                                                                std::size_t owned) const {
  std::vector<Run> runs((owned + atoms_in_run - 1) / atoms_in_run);
  parallel_for(static_cast<long>(runs.size()), [&](long number) {
    const std::size_t first = static_cast<std::size_t>(number) * atoms_in_run;
    runs[static_cast<std::size_t>(number)] = evaluate_run(structure, neighbors, first, std::min(first + atoms_in_run, owned));
  });
  return runs;
}

/// Runs of atoms that send each other messages, the first `described` of the structure: descriptors, the network of all of them
/// (its energies are in the first run), derivatives of descriptors.
NetworkPotential::Sum NetworkPotential::runs_together(const Structure& structure, const NeighborList& neighbors,
                                                      std::size_t described, std::size_t owned) const {
  Sum out{std::vector<Run>((described + atoms_in_run - 1) / atoms_in_run),
          Eigen::Matrix3Xd::Zero(3, static_cast<Eigen::Index>(structure.size()))};
  std::vector<std::optional<DescribedAtoms<double>>> atoms(out.runs.size());
  Eigen::MatrixXd descriptors(descriptor_->size(), static_cast<Eigen::Index>(described));
  const auto columns_of = [&](long number, auto& matrix) {
    const auto first = number * static_cast<Eigen::Index>(atoms_in_run);
    return matrix.middleCols(first, std::min(static_cast<Eigen::Index>(atoms_in_run), matrix.cols() - first));
  };
  parallel_for(static_cast<long>(out.runs.size()), [&](long number) {
    const std::size_t first = static_cast<std::size_t>(number) * atoms_in_run;
    const auto& made = atoms[static_cast<std::size_t>(number)].emplace(*descriptor_, structure, neighbors, first,
                                                                       std::min(first + atoms_in_run, described));
    columns_of(number, descriptors) = made.values();
  });
  const SingleThreadedBlas guard;
  NetworkAtoms read{groups_of(model_.elements, std::span(structure.species).first(described), owned), {}, {}};
  read.pairs = MessagePairs(*model_.network->spec().messages, first_atoms(structure, described), read.groups);
  read.inputs = standardised(with_ghosts_, read.groups, descriptors);
  const std::unique_ptr<Network::State> state = model_.network->make_state();
  out.runs.at(0).energies = model_.network->atom_energies(with_ghosts_.weights, read, *state);
  out.runs.at(0).shifts = shift_sum(with_ghosts_, read.groups);
  NetworkGradients gradient = model_.network->input_gradients(with_ghosts_.weights, read, *state);
  read.pairs.add_forces(gradient.distances, out.forces, out.virial);
  const Eigen::MatrixXd cotangents = divided_by_spread(with_ghosts_, read.groups, std::move(gradient.inputs));
  parallel_for(static_cast<long>(out.runs.size()), [&](long number) {
    const auto at = static_cast<std::size_t>(number);
    out.runs[at].pull_back(*atoms[at], columns_of(number, cotangents));
  });
  return out;
}

/// Of the owned atoms, which come first; with messages, the `described` ones tell them something.
NetworkPotential::Sum NetworkPotential::sum_of(const Structure& structure, const NeighborList& neighbors, std::size_t described,
                                               std::size_t owned) const {
  const bool together = model_.network->spec().messages && described > 0;
  Sum sum = together ? runs_together(structure, neighbors, described, owned)
                     : Sum{runs_alone(structure, neighbors, owned),
                           Eigen::Matrix3Xd::Zero(3, static_cast<Eigen::Index>(structure.size()))};
  Eigen::Index column = 0;
  for (std::size_t i = 0; i < (together ? described : owned); ++i) {
    if (i % atoms_in_run == 0) column = 0;
    for (const Neighbor& neighbor : neighbors.neighbors(i)) {
      const Eigen::Vector3d gradient = sum.runs[i / atoms_in_run].gradients.col(column++);
      sum.forces.col(static_cast<Eigen::Index>(i)) += gradient;
      sum.forces.col(neighbor.index) -= gradient;
      sum.virial += gradient * neighbor.displacement.transpose();
    }
  }
  sum.virial = (0.5 * (sum.virial + sum.virial.transpose())).eval();
  return sum;
}

Prediction NetworkPotential::evaluate(const Structure& structure) const {
  refuse_unknown_elements(structure);
  const NeighborList neighbors(structure, descriptor_->cutoff());
  const Sum sum = sum_of(structure, neighbors, structure.size(), structure.size());
  Prediction out{0, std::vector<Eigen::Vector3d>(structure.size()), Eigen::Matrix3d::Zero()};
  for (const Run& run : sum.runs) out.energy += run.energy();
  for (std::size_t i = 0; i < structure.size(); ++i) out.forces[i] = sum.forces.col(static_cast<Eigen::Index>(i));
  if (const double volume = structure.cell.volume(); volume > 0) out.stress = sum.virial / volume;
  return out;
}

/// Numbers of a domain's atoms: the owned ones, those whose messages may reach them, the others.
std::vector<std::size_t> NetworkPotential::in_order_of_reach(const Structure& atoms, std::size_t owned,
                                                             std::size_t& described) const {
  std::vector<std::size_t> order(atoms.size());
  std::iota(order.begin(), order.end(), 0);
  described = owned;
  const auto& messages = model_.network->spec().messages;
  if (!messages || owned == 0) return order;
  Eigen::AlignedBox3d box;
  for (std::size_t i = 0; i < owned; ++i) box.extend(atoms.positions[i]);
  const double reach = messages->rounds * messages->cutoff;
  const auto end = std::stable_partition(order.begin() + static_cast<std::ptrdiff_t>(owned), order.end(), [&](std::size_t atom) {
    return box.squaredExteriorDistance(atoms.positions[atom]) < reach * reach;
  });
  described = static_cast<std::size_t>(end - order.begin());
  return order;
}

DomainPrediction NetworkPotential::evaluate_domain(const Structure& atoms, std::size_t owned) const {
  refuse_unknown_elements(atoms);
  if (owned > atoms.size()) throw DomainError(fmt::format("{} owned atoms of {}", owned, atoms.size()));
  std::size_t described = owned;
  const std::vector<std::size_t> order = in_order_of_reach(atoms, owned, described);
  Structure ordered = atoms;
  for (std::size_t k = owned; k < order.size(); ++k) {
    ordered.species[k] = atoms.species[order[k]];
    ordered.positions[k] = atoms.positions[order[k]];
  }
  const NeighborList neighbors(ordered, descriptor_->cutoff(), Halo{described, 0});
  const Sum sum = sum_of(ordered, neighbors, described, owned);
  DomainPrediction out{{}, std::vector<Eigen::Vector3d>(atoms.size()), sum.virial};
  for (const Run& run : sum.runs) out.atom_energies.insert(out.atom_energies.end(), run.energies.begin(), run.energies.end());
  out.atom_energies.resize(owned);  // ghosts have none
  for (const ElementGroup& group : element_groups(model_.elements, std::span(atoms.species).first(owned)))
    for (const Eigen::Index atom : group.atoms)
      out.atom_energies[static_cast<std::size_t>(atom)] += model_.shifts[static_cast<Eigen::Index>(group.element)];
  for (std::size_t k = 0; k < order.size(); ++k) out.forces[order[k]] = sum.forces.col(static_cast<Eigen::Index>(k));
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
