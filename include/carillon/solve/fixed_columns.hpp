#pragma once

#include <span>

#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// The factor of the rows [A_rest | b - A_fixed values]: what is left of a problem when some unknowns are held at given values.
///
/// With R of [A_rest | A_fixed | b] this is b' = b - R_fixed values, whose part below R_rest is rotated into one entry: when the
/// fixed columns are the last ones nothing else changes, so a parent's coefficients can be exchanged without a factorisation.
/// Fixed columns anywhere else leave a staircase, which is reduced again.
///
/// @param columns  the unknowns to fix, ascending
/// @param values   one for each of them
/// @return         a factor of the other unknowns in their order; its row_count() is that of `factor`
/// @throws ShapeError   the spans differ in length
/// @throws DomainError  columns that are not ascending or not unknowns, a value that is not finite
/// Cost columns^2 where the last unknowns are fixed; otherwise up to 2/3 columns^3 and a workspace of 8 columns^2 bytes.
TriangularFactor fix_columns(const TriangularFactor& factor, std::span<const long> columns, std::span<const double> values);

/// The factor of the same rows in a larger problem: unknown j becomes unknown `position[j]` of `unknowns`, all others are
/// unknowns that these rows know nothing of. How rows of another fit come into this one.
///
/// @param position  one for each unknown of `factor`, in any order, each different
/// @throws ShapeError   not one position for each unknown
/// @throws DomainError  positions outside 0..unknowns-1 or twice the same
/// Cost columns^2 where the order stays; otherwise up to 2/3 columns^3 and a workspace of 8 stored_rows (unknowns + 1) bytes.
TriangularFactor place_columns(const TriangularFactor& factor, long unknowns, std::span<const long> position);

}  // namespace carillon
