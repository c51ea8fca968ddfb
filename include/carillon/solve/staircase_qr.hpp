#pragma once

#include <span>

#include "carillon/solve/matrix.hpp"

namespace carillon {

/// Columns per panel of staircase_qr. Entries up to this many rows below a step of the staircase are read: they must be 0.
inline constexpr long staircase_panel = 128;

/// Householder QR in place of a matrix whose rows begin ever later: the one engine behind streaming, merging and ridge.
///
/// All the stacks met here are staircases: data rows above a triangle, two interleaved triangles, a triangle with a
/// diagonal. A panel of columns then has zeros below the rows that have begun, and those rows are left out, which makes
/// absorbing k rows cost 2 k n^2 and merging two triangles 2/3 n^3 operations instead of a dense QR's.
///
/// While a panel's reflectors are applied to the tiles behind it, the first tile's thread already factors the next panel.
/// Tiles and panels depend on the sizes only and each is one single-threaded BLAS call, so the result is the same bit for
/// bit for any number of OpenMP threads.
///
/// @param a             in: the rows; out: R in the upper trapezoid (signs as they come), left-overs below it
/// @param first_column  per row of `a`, the column before which it is zero; ascending
/// @throws ShapeError   lengths differ
void staircase_qr(MatrixView a, std::span<const long> first_column);

}  // namespace carillon
