#pragma once

#include <optional>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/frame_facts.hpp"
#include "carillon/fit/basis_spec.hpp"

namespace carillon {

/// A small potential fitted to forces alone: an independent opinion on energies and stresses, which it has not seen.
struct QuickModel {
  BasisSet basis;
  std::vector<double> coefficients;  ///< eV
  long frames = 0;                   ///< fitted on
};

/// Two- and three-body terms of low order on the ranges of `suggested`.
///
/// At most 400 frames are fitted, taken evenly from the labels. Each frame's rows are divided by its force rms (at least half of
/// its label's median and a fifth of the median of all), so that no frame or label in a wrong unit outweighs the others.
///
/// @param usable  frames that may be fitted: with forces, without atoms on top of each other
/// @return        nothing when no usable frame has forces
/// Cost: design rows of some hundred columns for each frame fitted; memory does not grow with the frames.
std::optional<QuickModel> fit_quick_model(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const std::vector<long>& usable, const BasisSpec& suggested,
                                          const ProgressCallback& progress = {});

}  // namespace carillon
