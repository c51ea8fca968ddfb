#include "carillon/neural/column_products.hpp"

#include "simd_clones.hpp"

namespace carillon {
namespace {

template <class Real>
[[gnu::always_inline]] inline void dots(const Real* matrix, std::size_t rows, std::size_t columns, const double* vector,
                                        double* out) {
  for (std::size_t c = 0; c < columns; ++c) {
    const Real* column = matrix + rows * c;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t r = 0; r < rows; ++r) sum += static_cast<double>(column[r]) * vector[r];
    out[c] = sum;
  }
}

template <class Real>
[[gnu::always_inline]] inline void add(const Real* matrix, std::size_t rows, std::size_t columns, const double* vector,
                                       double* out) {
  for (std::size_t c = 0; c < columns; ++c) {
    const Real* column = matrix + rows * c;
    const double factor = vector[c];
#pragma omp simd
    for (std::size_t r = 0; r < rows; ++r) out[r] += static_cast<double>(column[r]) * factor;
  }
}

}  // namespace

CARILLON_SIMD_CLONES
void column_dots(const float* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out) {
  dots(matrix, rows, columns, vector, out);
}
CARILLON_SIMD_CLONES
void column_dots(const double* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out) {
  dots(matrix, rows, columns, vector, out);
}
CARILLON_SIMD_CLONES
void add_columns(const float* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out) {
  add(matrix, rows, columns, vector, out);
}
CARILLON_SIMD_CLONES
void add_columns(const double* matrix, std::size_t rows, std::size_t columns, const double* vector, double* out) {
  add(matrix, rows, columns, vector, out);
}

}  // namespace carillon
