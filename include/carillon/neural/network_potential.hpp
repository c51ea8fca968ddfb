#pragma once

#include "carillon/neural/network_model.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// A network ready for evaluation. Forces and stress are the exact derivatives of the energy.
/// Cost O(atoms); memory O(atoms) and what runs of 32 atoms need for derivatives; with messages all atoms' derivatives of
/// descriptors are kept until the network is through, and the network itself is on one thread.
class NetworkPotential : public Potential {
public:
  explicit NetworkPotential(NetworkModel model);

  Prediction evaluate(const Structure& structure) const override;
  /// With messages: how far away an atom can be and still count, one cutoff of messages a round beyond the descriptor.
  double cutoff() const override;
  const std::vector<Element>& elements() const override { return model_.elements; }
  std::string description() const override;

  const NetworkModel& model() const { return model_; }

private:
  struct Run;
  std::vector<Run> runs_alone(const Structure& structure, const NeighborList& neighbors) const;
  std::vector<Run> runs_together(const Structure& structure, const NeighborList& neighbors, const MessagePairs& pairs,
                                 Eigen::VectorXd& by_distance) const;
  Run evaluate_run(const Structure& structure, const NeighborList& neighbors, std::size_t first, std::size_t last) const;
  void refuse_unknown_elements(const Structure& structure) const;

  NetworkModel model_;
  std::shared_ptr<const Descriptor> descriptor_;
};

}  // namespace carillon
