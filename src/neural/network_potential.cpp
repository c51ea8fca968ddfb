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
};

NetworkPotential::NetworkPotential(NetworkModel model)
    : model_(std::move(model)), descriptor_(make_descriptor(model_.descriptor, model_.elements)) {}

NetworkPotential::Run NetworkPotential::evaluate_run(const Structure& structure, const NeighborList& neighbors, std::size_t first,
                                                     std::size_t last) const {
  const SingleThreadedBlas guard;  // Eigen's products, too, go by OpenMP's thread count
  const DescribedAtoms<double> atoms(*descriptor_, structure, neighbors, first, last);
  const NetworkAtoms read = standardised(
      model_, element_groups(model_.elements, std::span(structure.species).subspan(first, last - first)), atoms.values());
  const std::unique_ptr<Network::State> state = model_.network->make_state();
  Run run;
  run.energy = model_.network->atom_energies(model_.weights, read, *state).sum() + shift_sum(model_, read.groups);
  const Eigen::MatrixXd cotangents =
      divided_by_spread(model_, read.groups, model_.network->input_gradients(model_.weights, read, *state).inputs);
  run.gradients.resize(3, static_cast<Eigen::Index>(atoms.neighbors()));
  for (std::size_t i = 0; i < atoms.size(); ++i)
    atoms.pull_back(i, cotangents.col(static_cast<Eigen::Index>(i)),
                    run.gradients.middleCols(static_cast<Eigen::Index>(atoms.begin(i)),
                                             static_cast<Eigen::Index>(atoms.end(i) - atoms.begin(i))));
  return run;
}

Prediction NetworkPotential::evaluate(const Structure& structure) const {
  refuse_unknown_elements(structure);
  const NeighborList neighbors(structure, cutoff());
  const std::size_t count = (structure.size() + atoms_in_run - 1) / atoms_in_run;
  std::vector<Run> runs(count);
  parallel_for(static_cast<long>(count), [&](long number) {
    const std::size_t first = static_cast<std::size_t>(number) * atoms_in_run;
    runs[static_cast<std::size_t>(number)] =
        evaluate_run(structure, neighbors, first, std::min(first + atoms_in_run, structure.size()));
  });
  Prediction out{0, std::vector<Eigen::Vector3d>(structure.size(), Eigen::Vector3d::Zero()), Eigen::Matrix3d::Zero()};
  Eigen::Index column = 0;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    if (i % atoms_in_run == 0) {
      out.energy += runs[i / atoms_in_run].energy;
      column = 0;
    }
    for (const Neighbor& neighbor : neighbors.neighbors(i)) {
      const Eigen::Vector3d gradient = runs[i / atoms_in_run].gradients.col(column++);
      out.forces[i] += gradient;
      out.forces[static_cast<std::size_t>(neighbor.index)] -= gradient;
      out.stress += gradient * neighbor.displacement.transpose();
    }
  }
  const double volume = structure.cell.volume();
  if (volume > 0)
    out.stress = (0.5 / volume * (out.stress + out.stress.transpose())).eval();
  else
    out.stress.setZero();
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
