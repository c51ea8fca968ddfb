#pragma once

#include <memory>

#include "carillon/basis/basis_set.hpp"
#include "carillon/data/structure.hpp"
#include "carillon/design/frame_part.hpp"
#include "carillon/design/moment_kernels.hpp"
#include "carillon/design/moment_plan.hpp"
#include "carillon/design/simd_level.hpp"
#include "carillon/design/structure_rows.hpp"

namespace carillon {

/// Design rows with the pair-moment kernels: the numbers of reference_rows to rounding, some sixty times faster on dense frames
/// (docs/decisions/pair_moments.md). Set up once, then used for many frames; cheap to copy, thread safe.
///
/// For home atom i and neighbour j the derivative of a term by r_ij is h_a(ij) S[...], S the moment over all other atoms of
/// the cluster; the force rows of i are sums of h_a u outer S over j, folded to the unknowns once for each atom.
class MomentRows {
public:
  /// Cost and memory as MomentPlan.
  explicit MomentRows(const BasisSet& basis, const RowOptions& options = {}, SimdLevel level = default_simd_level());

  /// OpenMP over groups of atoms; the result does not depend on the number of threads, bit for bit.
  ///
  /// Memory besides the rows: a few MB a thread, and 7 rows for each of at most 64 groups.
  /// @throws InputError  as NeighborList does for the structure
  StructureRows rows(const Structure& structure) const;
  /// The force rows of the part's atoms, the same bits as in rows of the whole frame, and stress and energy rows, the same up to
  /// rounding, or zeros.
  /// @throws ShapeError  the part's atoms are not all in the structure
  /// Cost: bonds and their polynomials of the whole structure, then as its atoms' share; frame rows alone cost
  /// about half as much as all rows, force rows alone three quarters.
  StructureRows rows(const Structure& structure, const FramePart& part) const;

  SimdLevel level() const { return kernels_->level; }

private:
  std::shared_ptr<const MomentPlan> plan_;
  RowOptions options_;
  const MomentKernels* kernels_;
};

}  // namespace carillon
