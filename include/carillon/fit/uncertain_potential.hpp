#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carillon/chimes/chimes_potential.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/evidence/block_posterior.hpp"

namespace carillon {

/// A block model that knows how sure it is: standard deviations of energy, forces and stress from the posteriors of its blocks
/// (docs/theory.md, Eq. 16 and 17; docs/uncertainty.md). Blocks count as independent of each other, but for what a block follows
/// of its parents and of blocks it was fitted together with: with a the design rows of a quantity and S the slope of a block by
/// these,
///
///     variance = sum over blocks of s_b^2 |U_b^-T a'_b|^2,   a'_b = a_b + sum over its children k of S_kb' a'_k
///
/// This is what the fit leaves open about the coefficients, not what the form of the model cannot describe.
class UncertainPotential : public Potential {
public:
  /// @param posteriors  in any order; a block without one counts as certain
  /// @param scale       multiplies all deviations, > 0
  /// @throws InputError   no block has a posterior, or one is about other coefficients (check_posterior)
  /// @throws DomainError  scale
  UncertainPotential(const Hierarchy& model, std::vector<BlockPosterior> posteriors, double scale = 1.0);

  /// Same bits for any number of threads.
  /// Cost of the deviation: the design rows, and n^2 (3N + 7) operations for a block of n columns on a frame of N atoms; memory
  /// 16 n (3N + 7) bytes.
  Prediction evaluate(const Structure& structure) const override;
  double cutoff() const override { return potential_.cutoff(); }
  const std::vector<Element>& elements() const override { return potential_.elements(); }
  std::string description() const override;

  const std::vector<std::string>& certain_blocks() const { return certain_blocks_; }  ///< without a posterior

private:
  /// A block whose coefficients are not certain.
  struct Part {
    MomentRows rows;
    BlockPosterior posterior;
  };

  Deviation deviation(const Structure& structure) const;

  ChimesPotential potential_;
  std::vector<Part> parts_;  ///< in fitting order
  std::vector<std::string> certain_blocks_;
  double scale_;
};

}  // namespace carillon
