#pragma once

#include <string>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/fit/parent_spec.hpp"

namespace carillon {

/// Coefficients of other blocks as those of this basis: what a prior draws to.
struct CarriedPrior {
  std::vector<double> mean;        ///< eV, [basis.columns()]; 0 where no block says anything
  std::vector<std::string> notes;  ///< what a person should know: lengths that do not scale alike, sections without a counterpart
};

/// Carries the coefficients of `sources` over to `basis`, section by section and term by term, with elements renamed.
///
/// Where all lengths of a section (inner and outer cutoff, Morse length) here are k times those there, s(k r) here is s(r) there
/// and so are the smoothing and every product of polynomials: the same coefficients are then the same surface with distances
/// multiplied by k (docs/theory.md, Eq. 2-5). k is `spec.length_scale`, or the geometric mean of the outer cutoffs' ratios.
///
/// Sections of lower order there are padded with zeros.
///
/// @throws InputError  an element mapped to two or two to one; a source without any section that fits; a section of higher order
///                     there, or of another coordinate, smoothing or rule of terms; a length off the scale by more than a tenth
CarriedPrior carry_prior(const std::vector<Block>& sources, const BasisSet& basis, const PriorSpec& spec);

}  // namespace carillon
