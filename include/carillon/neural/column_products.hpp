#pragma once

#include <cstddef>

namespace carillon {

/// Products of a matrix stored by columns, in single or double precision, with vectors in double precision; all sums are in
/// double precision. Derivatives of descriptors are read once an iteration of training and hardly computed with, so storing them
/// in half the space is what counts. Compiled for several instruction sets, chosen when the program runs.

/// out[c] = sum_r matrix[r + rows c] vector[r]
void column_dots(const float* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out);
void column_dots(const double* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out);

/// out[r] += sum_c matrix[r + rows c] vector[c]
void add_columns(const float* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out);
void add_columns(const double* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out);

}  // namespace carillon
