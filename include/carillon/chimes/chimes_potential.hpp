#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/basis/penalty.hpp"
#include "carillon/block/hierarchy.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// A block model ready for evaluation (docs/theory.md, Eq. 1): the sum of the cluster terms of all its blocks.
///
/// Uses the reference kernel, OpenMP over atoms. Cost about 0.03 ms for each four-body cluster of order 4; terms whose
/// coefficient is zero are skipped. Memory O(atoms · neighbours).
class ChimesPotential : public Potential {
public:
  /// A composed model.
  explicit ChimesPotential(const Hierarchy& hierarchy);

  /// Sections and coefficients that need not form a model: what the hierarchical fit subtracts from its target. Atoms of
  /// elements that no section names do not interact, and there is no penalty.
  ///
  /// @param coefficients  eV, [basis.columns()]
  ChimesPotential(BasisSet basis, std::vector<double> coefficients);

  Prediction evaluate(const Structure& structure) const override;
  double cutoff() const override { return basis_.cutoff(); }
  const std::vector<Element>& elements() const override { return elements_; }
  std::string description() const override;

private:
  struct WeightedTerm {
    Powers powers;
    double coefficient;
  };
  struct PartialSum;

  template <int N>
  void add_clusters(const class NeighborList& neighbors, const class ClusterLookup& lookup, std::size_t atom, PartialSum& sum) const;
  void add_penalty(const NeighborList& neighbors, const ClusterLookup& lookup, std::size_t atom, PartialSum& sum) const;
  void refuse_unknown_elements(const Structure& structure) const;

  BasisSet basis_;
  std::vector<Element> elements_;
  std::vector<std::vector<WeightedTerm>> terms_;  // [type], without zeros
  Penalty penalty_;
  bool is_model_ = false;
};

/// The sections of several blocks in one numbering, with their coefficients.
BasisSet joined_basis(const std::vector<Block>& blocks);
std::vector<double> joined_coefficients(const std::vector<Block>& blocks);

}  // namespace carillon
