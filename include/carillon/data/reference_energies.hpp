#pragma once

#include <vector>

#include "carillon/data/energy_offsets.hpp"
#include "carillon/data/frame_facts.hpp"

namespace carillon {

/// What carries energies of one level of theory to those of another: a constant for each element.
struct ReferenceEnergies {
  std::vector<double> shifts;         ///< eV an atom, [elements]; 0 for elements that are not asked for
  std::vector<OffsetDirection> open;  ///< changes of the shifts that no frame tells of: the shifts have no part along them
  long frames = 0;                    ///< those with a difference
  double rms_before = 0;              ///< of the differences, eV/atom
  double rms_after = 0;               ///< of what the shifts leave of them, eV/atom
};

/// The minimum-norm solution of min |N w - d| (docs/theory.md, Eq. 13), N the frames' numbers of atoms, d the differences of
/// their energies. Plain least squares in eV: large frames count more, as they do in a fit.
///
/// @param differences  facts whose `energy` is E_target - E_source, eV; nothing where one of the two is missing
/// @param asked        for each element of the data set: whether its energy may change
/// @throws ShapeError  facts and `asked` are of different numbers of elements
/// Cost O(frames elements²).
ReferenceEnergies fit_reference_energies(const std::vector<FrameFacts>& differences, const std::vector<bool>& asked);

}  // namespace carillon
