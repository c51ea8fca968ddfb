#pragma once

#include "carillon/neural/network_model.hpp"
#include "carillon/potential/domain_potential.hpp"

namespace carillon {

/// A network ready for evaluation. Forces and stress are the exact derivatives of the energy.
/// Cost O(atoms); memory O(atoms) and what runs of 32 atoms need for derivatives; with messages all atoms' derivatives of
/// descriptors are kept until the network is through, and the network itself is on one thread.
class NetworkPotential : public DomainPotential {
public:
  explicit NetworkPotential(NetworkModel model);

  Prediction evaluate(const Structure& structure) const override;
  /// With messages, atoms around the owned ones are described and send as well, as far as their messages may reach an owned one:
  /// rounds times their cutoff from the box around these.
  DomainPrediction evaluate_domain(const Structure& atoms, std::size_t owned) const override;
  /// With messages: how far away an atom can be and still count, one cutoff of messages a round beyond the descriptor.
  double cutoff() const override;
  const std::vector<Element>& elements() const override { return model_.elements; }
  std::string description() const override;

  const NetworkModel& model() const { return model_; }

private:
  struct Run;
  struct Sum;
  std::vector<Run> runs_alone(const Structure& structure, const NeighborList& neighbors, std::size_t owned) const;
  Sum runs_together(const Structure& structure, const NeighborList& neighbors, std::size_t described, std::size_t owned) const;
  Sum sum_of(const Structure& structure, const NeighborList& neighbors, std::size_t described, std::size_t owned) const;
  std::vector<std::size_t> in_order_of_reach(const Structure& atoms, std::size_t owned, std::size_t& described) const;
  Run evaluate_run(const Structure& structure, const NeighborList& neighbors, std::size_t first, std::size_t last) const;
  void refuse_unknown_elements(const Structure& structure) const;

  NetworkModel model_;
  NetworkModel with_ghosts_;
  std::shared_ptr<const Descriptor> descriptor_;
};

}  // namespace carillon
