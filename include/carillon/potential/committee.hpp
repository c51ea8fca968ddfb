#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "carillon/potential/domain_potential.hpp"

namespace carillon {

/// Several potentials of the same kind of thing, which differ by chance: their mean, and how far they scatter about it.
///
/// The mean of K members is a potential of its own, whose forces and stress are its derivatives. The deviation is the members'
/// standard deviation, component by component, with K - 1 in the denominator: how far one more member would lie from the mean
/// (H. S. Seung, M. Opper, H. Sompolinsky, COLT 1992, doi:10.1145/130385.130417; for potentials C. Schran, K. Brezina,
/// O. Marsalek, J. Chem. Phys. 153, 104105 (2020), doi:10.1063/5.0016004).
class Committee : public DomainPotential {
public:
  using Members = std::vector<std::unique_ptr<DomainPotential>>;

  /// @param scale  multiplies all deviations, > 0; without, predictions have none
  /// @throws InputError   fewer than two members, or members of other elements than the first
  /// @throws DomainError  scale
  explicit Committee(Members members, std::optional<double> scale = std::nullopt);

  /// Cost of all members.
  Prediction evaluate(const Structure& structure) const override;
  DomainPrediction evaluate_domain(const Structure& atoms, std::size_t owned) const override;  ///< the mean
  double cutoff() const override;                                                              ///< the largest
  const std::vector<Element>& elements() const override { return members_.front()->elements(); }
  std::string description() const override;

  const Members& members() const { return members_; }

private:
  Members members_;
  std::optional<double> scale_;
};

}  // namespace carillon
