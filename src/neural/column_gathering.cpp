#include "carillon/neural/column_gathering.hpp"

#include "carillon/core/error.hpp"
#include "simd_clones.hpp"

namespace carillon {
namespace {

CARILLON_SIMD_CLONES
void add_products(const double* a, const Eigen::Index* from_a, const double* b, const Eigen::Index* from_b, double* out,
                  const Eigen::Index* to, std::size_t count, Eigen::Index rows) {
  for (std::size_t k = 0; k < count; ++k) {
    const double* x = a + rows * from_a[k];
    const double* y = b + rows * from_b[k];
    double* sum = out + rows * to[k];
#pragma omp simd
    for (Eigen::Index r = 0; r < rows; ++r) sum[r] += x[r] * y[r];
  }
}

}  // namespace

void add_column_products(const Eigen::MatrixXd& a, const std::vector<Eigen::Index>& from_a, const Eigen::MatrixXd& b,
                         const std::vector<Eigen::Index>& from_b, Eigen::MatrixXd& out, const std::vector<Eigen::Index>& to) {
  if (a.rows() != out.rows() || b.rows() != out.rows() || from_a.size() != to.size() || from_b.size() != to.size())
    throw ShapeError("columns to be gathered do not fit each other");
  add_products(a.data(), from_a.data(), b.data(), from_b.data(), out.data(), to.data(), to.size(), out.rows());
}

}  // namespace carillon
