#pragma once

#include "carillon/solve/matrix.hpp"
#include "carillon/solve/standard_form.hpp"

namespace carillon {

/// Brings a standard form's [M | z] to [R | Q'z] in place: R upper triangular with its zeros written out.
///
/// @return  the first size() rows, size() + 1 columns; valid as long as the form lives
/// Cost 2/3 n^3 operations where M's rows begin ever later, 4/3 n^3 after an elimination of unpenalised columns.
MatrixView triangularise(StandardForm& form);

/// The triangle of [R | z] with the prior's rows [sqrt(lambda) I | 0] below it, for R upper triangular.
///
/// @param triangle  shape [n, n + 1]; not changed
/// @return          shape [2 n, n + 1]: the triangle in the first n rows, what is left of the right-hand side below;
///                  entries under the diagonal are left-overs
/// Cost 2/3 n^3 operations, since rows of both begin ever later.
Matrix regularised_triangle(MatrixView triangle, double lambda);

}  // namespace carillon
