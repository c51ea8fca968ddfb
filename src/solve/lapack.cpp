#include "carillon/solve/lapack.hpp"

#include <cblas.h>
#include <lapacke.h>

#include <algorithm>
#include <string>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"

namespace carillon::lapack {
namespace {

CBLAS_TRANSPOSE cblas(Op op) { return op == Op::plain ? CblasNoTrans : CblasTrans; }
int as_int(long n) { return static_cast<int>(n); }
int stride(MatrixView a) { return as_int(std::max(1L, a.stride)); }

void check(int info, const char* routine) {
  if (info != 0) throw Error(std::string(routine) + " ended with info " + std::to_string(info));
}

void multiply_by_q(char op, MatrixView reflectors, std::span<const double> tau, MatrixView b) {
  const SingleThreadedBlas alone;
  const long count = std::min(reflectors.rows, reflectors.columns);
  if (count == 0 || b.columns == 0) return;
  check(LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', op, as_int(b.rows), as_int(b.columns), as_int(count), reflectors.data,
                       stride(reflectors), tau.data(), b.data, stride(b)),
        "dormqr");
}

}  // namespace

void multiply(double alpha, MatrixView a, Op op_a, MatrixView b, Op op_b, double beta, MatrixView c) {
  const SingleThreadedBlas alone;
  const long inner = op_a == Op::plain ? a.columns : a.rows;
  if (c.rows == 0 || c.columns == 0) return;
  cblas_dgemm(CblasColMajor, cblas(op_a), cblas(op_b), as_int(c.rows), as_int(c.columns), as_int(inner), alpha, a.data, stride(a),
              b.data, stride(b), beta, c.data, stride(c));
}

void multiply(double alpha, MatrixView a, Op op, const double* x, double beta, double* y) {
  const SingleThreadedBlas alone;
  cblas_dgemv(CblasColMajor, cblas(op), as_int(a.rows), as_int(a.columns), alpha, a.data, stride(a), x, 1, beta, y, 1);
}

void inner_products(MatrixView v, MatrixView s) {
  const SingleThreadedBlas alone;
  cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, as_int(v.columns), as_int(v.rows), 1.0, v.data, stride(v), 0.0, s.data,
              stride(s));
}

void upper_multiply(MatrixView t, Op op, MatrixView c) {
  const SingleThreadedBlas alone;
  if (c.columns == 1)
    return cblas_dtrmv(CblasColMajor, CblasUpper, cblas(op), CblasNonUnit, as_int(c.rows), t.data, stride(t), c.data, 1);
  cblas_dtrmm(CblasColMajor, CblasLeft, CblasUpper, cblas(op), CblasNonUnit, as_int(c.rows), as_int(c.columns), 1.0, t.data,
              stride(t), c.data, stride(c));
}

void upper_solve(MatrixView t, Op op, MatrixView c) {
  const SingleThreadedBlas alone;
  if (c.columns == 1)
    return cblas_dtrsv(CblasColMajor, CblasUpper, cblas(op), CblasNonUnit, as_int(c.rows), t.data, stride(t), c.data, 1);
  cblas_dtrsm(CblasColMajor, CblasLeft, CblasUpper, cblas(op), CblasNonUnit, as_int(c.rows), as_int(c.columns), 1.0, t.data,
              stride(t), c.data, stride(c));
}

void upper_invert(MatrixView t) {
  const SingleThreadedBlas alone;
  if (t.rows == 0) return;
  check(LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'U', 'N', as_int(t.rows), t.data, stride(t)), "dtrtri");
}

void householder_qr(MatrixView a, long inner, std::span<double> tau) {
  const SingleThreadedBlas alone;
  const long reflectors = std::min(a.rows, a.columns);
  const long width = std::min(inner, reflectors);
  if (reflectors == 0) return;
  std::vector<double> t(static_cast<std::size_t>(width * reflectors));
  std::vector<double> work(static_cast<std::size_t>(width * a.columns));
  check(LAPACKE_dgeqrt_work(LAPACK_COL_MAJOR, as_int(a.rows), as_int(a.columns), as_int(width), a.data, stride(a), t.data(),
                            as_int(width), work.data()),
        "dgeqrt");
  for (long c = 0; c < reflectors; ++c) tau[static_cast<std::size_t>(c)] = t[static_cast<std::size_t>(c * width + c % width)];
}

void pivoted_qr(MatrixView a, std::span<double> tau, std::span<long> order) {
  const SingleThreadedBlas alone;
  if (a.rows == 0 || a.columns == 0) return;
  std::vector<lapack_int> pivots(static_cast<std::size_t>(a.columns), 0);
  check(LAPACKE_dgeqp3(LAPACK_COL_MAJOR, as_int(a.rows), as_int(a.columns), a.data, stride(a), pivots.data(), tau.data()),
        "dgeqp3");
  std::transform(pivots.begin(), pivots.end(), order.begin(), [](lapack_int pivot) { return pivot - 1L; });
}

void apply_q_transposed(MatrixView reflectors, std::span<const double> tau, MatrixView b) {
  multiply_by_q('T', reflectors, tau, b);
}

void apply_q(MatrixView reflectors, std::span<const double> tau, MatrixView b) { multiply_by_q('N', reflectors, tau, b); }

long minimum_norm_solve(MatrixView a, double tolerance, std::span<double> b) {
  const SingleThreadedBlas alone;
  if (a.rows == 0 || a.columns == 0) {
    std::fill(b.begin(), b.end(), 0.0);
    return 0;
  }
  std::vector<lapack_int> pivots(static_cast<std::size_t>(a.columns), 0);
  lapack_int rank = 0;
  check(LAPACKE_dgelsy(LAPACK_COL_MAJOR, as_int(a.rows), as_int(a.columns), 1, a.data, stride(a), b.data(),
                       as_int(std::max(a.rows, a.columns)), pivots.data(), tolerance, &rank),
        "dgelsy");
  return rank;
}

void singular_values(MatrixView a, std::span<double> values) {
  const SingleThreadedBlas alone;
  if (a.rows == 0 || a.columns == 0) return;
  std::vector<double> unused(static_cast<std::size_t>(std::min(a.rows, a.columns)));
  check(LAPACKE_dgesvd(LAPACK_COL_MAJOR, 'N', 'N', as_int(a.rows), as_int(a.columns), a.data, stride(a), values.data(), nullptr,
                       1, nullptr, 1, unused.data()),
        "dgesvd");
}

void singular_value_decomposition(MatrixView a, std::span<double> values, MatrixView vt) {
  const SingleThreadedBlas alone;
  if (a.rows == 0 || a.columns == 0) return;
  check(LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'O', as_int(a.rows), as_int(a.columns), a.data, stride(a), values.data(), nullptr, 1,
                       vt.data, stride(vt)),
        "dgesdd");
}

void band_singular_values(MatrixView band, std::span<double> values) {
  const SingleThreadedBlas alone;
  const int n = as_int(band.columns);
  if (n == 0) return;
  std::vector<double> off_diagonal(values.size());
  std::vector<double> work(4 * values.size());
  check(LAPACKE_dgbbrd_work(LAPACK_COL_MAJOR, 'N', n, n, 0, 0, as_int(band.rows) - 1, band.data, stride(band), values.data(),
                            off_diagonal.data(), nullptr, 1, nullptr, 1, nullptr, 1, work.data()),
        "dgbbrd");
  check(LAPACKE_dbdsqr_work(LAPACK_COL_MAJOR, 'U', n, 0, 0, 0, values.data(), off_diagonal.data(), nullptr, 1, nullptr, 1,
                            nullptr, 1, work.data()),
        "dbdsqr");
}

}  // namespace carillon::lapack
