#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/basis/penalty.hpp"
#include "carillon/block/hierarchy.hpp"
#include "carillon/design/moment_energy.hpp"
#include "carillon/potential/domain_potential.hpp"

namespace carillon {

/// A block model ready for evaluation (docs/theory.md, Eq. 1): the sum of the cluster terms of all its blocks.
///
/// Uses the pair-moment kernels (design/moment_energy.hpp), OpenMP over atoms; cluster types whose coefficients are all zero
/// are skipped. Memory O(atoms · neighbours).
class ChimesPotential : public DomainPotential {
public:
  /// A composed model.
  explicit ChimesPotential(const Hierarchy& hierarchy);

  /// Sections and coefficients that need not form a model: what the hierarchical fit subtracts from its target. Atoms of
  /// elements that no section names do not interact, and there is no penalty.
  ///
  /// @param coefficients  eV, [basis.columns()]
  /// @throws ShapeError   another number of coefficients
  ChimesPotential(const BasisSet& basis, const std::vector<double>& coefficients);

  Prediction evaluate(const Structure& structure) const override;
  DomainPrediction evaluate_domain(const Structure& atoms, std::size_t owned) const override;
  double cutoff() const override { return energy_.basis().cutoff(); }
  const std::vector<Element>& elements() const override { return elements_; }
  std::string description() const override;

private:
  void add_penalty(const Structure& structure, const NeighborList& neighbors, std::size_t owned, ClusterEnergy& sum) const;
  double neighbor_cutoff() const;
  void refuse_unknown_elements(const Structure& structure) const;

  MomentEnergy energy_;
  std::vector<Element> elements_;
  Penalty penalty_;
  bool is_model_ = false;
};

/// The sections of several blocks in one numbering, with their coefficients.
BasisSet joined_basis(const std::vector<Block>& blocks);
std::vector<double> joined_coefficients(const std::vector<Block>& blocks);

}  // namespace carillon
