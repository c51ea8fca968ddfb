#pragma once

#include "carillon/neural/network_model.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// A network ready for evaluation. Forces and stress are the exact derivatives of the energy.
/// Cost O(atoms); memory O(neighbours).
class NetworkPotential : public Potential {
public:
  explicit NetworkPotential(NetworkModel model);

  Prediction evaluate(const Structure& structure) const override;
  double cutoff() const override { return descriptor_->cutoff(); }
  const std::vector<Element>& elements() const override { return model_.elements; }
  std::string description() const override;

  const NetworkModel& model() const { return model_; }

private:
  struct Run;
  Run evaluate_run(const Structure& structure, const NeighborList& neighbors, std::size_t first, std::size_t last) const;
  void refuse_unknown_elements(const Structure& structure) const;

  NetworkModel model_;
  std::shared_ptr<const Descriptor> descriptor_;
};

}  // namespace carillon
