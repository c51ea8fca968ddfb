#include "carillon/solve/triangle.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/staircase_qr.hpp"

namespace carillon {

MatrixView triangularise(StandardForm& form) {
  const MatrixView rows = form.rows();
  staircase_qr(rows, form.first_column());
  const MatrixView triangle = rows.block(0, 0, form.size(), form.size() + 1);
  for (long j = 0; j < form.size(); ++j) std::fill(triangle.column(j) + j + 1, triangle.column(j) + form.size(), 0.0);
  return triangle;
}

Matrix regularised_triangle(MatrixView triangle, double lambda) {
  const long n = triangle.rows;
  Matrix stack(2 * n, n + 1);
  std::vector<long> first_column;
  for (long i = 0; i < n; ++i) first_column.insert(first_column.end(), {i, i});
  parallel_for_strips(n + 1, [&](long begin, long end) {
    for (long j = begin; j < end; ++j)
      for (long i = 0; i <= std::min(j, n - 1); ++i) stack(2 * i, j) = triangle(i, j);
  });
  for (long i = 0; i < n; ++i) stack(2 * i + 1, i) = std::sqrt(lambda);
  staircase_qr(stack.view(), first_column);
  return stack;
}

}  // namespace carillon
