#pragma once

#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/design/weights.hpp"

namespace carillon {

/// Seconds that a frame's rows will take one core of the machine the constants were measured on; only ratios matter.
struct FrameCost {
  double forces = 0;      ///< making the force rows of all atoms
  double frame_rows = 0;  ///< making the stress and energy rows beside them
  double factoring = 0;   ///< of all rows

  double total() const { return forces + frame_rows + factoring; }
};

/// Predicts what frames cost from their composition, their density and the basis, without looking at an atom: clusters are
/// counted as in an ideal gas of the frame's density (docs/decisions/predicted_costs.md). The same numbers on every rank.
///
/// Real structures have fewer close pairs, all of them alike; what is compared is dense with sparse and large with small.
class RowCost {
public:
  /// Factoring alone.
  explicit RowCost(long columns) : columns_(columns) {}
  /// @param basis  of the rows' columns
  explicit RowCost(const BasisSet& basis);

  /// @param rows  that the frame gives
  FrameCost of(const FrameSummary& frame, const RowCounts& rows) const;

  /// Expected clusters of three and four atoms of all the basis's types.
  double clusters(const FrameSummary& frame) const;
  long columns() const { return columns_; }

private:
  /// A cluster type, as far as it matters here.
  struct Type {
    std::vector<Element> elements;
    double room;  ///< Å³ to the power of atoms - 1: what all atoms but the first can be in
  };

  long columns_;
  std::vector<Type> types_;
};

}  // namespace carillon
