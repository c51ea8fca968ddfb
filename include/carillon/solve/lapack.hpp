#pragma once

#include <span>

#include "carillon/solve/matrix.hpp"

/// The few BLAS and LAPACK routines the solvers need, on matrix views; the only file that knows CBLAS and LAPACKE.
/// All run on the calling thread alone, inside and outside parallel loops.
namespace carillon::lapack {

enum class Op { plain, transposed };

/// c = alpha op(a) op(b) + beta c.
void multiply(double alpha, MatrixView a, Op op_a, MatrixView b, Op op_b, double beta, MatrixView c);

/// y = alpha op(a) x + beta y.
void multiply(double alpha, MatrixView a, Op op, const double* x, double beta, double* y);

/// The upper triangle of s = v' v.
void inner_products(MatrixView v, MatrixView s);

/// c = op(t) c for upper-triangular t.
void upper_multiply(MatrixView t, Op op, MatrixView c);

/// c = op(t)^-1 c for upper-triangular t without zeros on its diagonal.
void upper_solve(MatrixView t, Op op, MatrixView c);

/// t = t^-1 in place, for upper-triangular t without zeros on its diagonal.
void upper_invert(MatrixView t);

/// Householder QR of `a` in place (reflectors below the diagonal, R on and above it), by inner blocks of `inner` columns.
/// @param tau  out, min(rows, columns) scale factors of the reflectors; 0 = identity
void householder_qr(MatrixView a, long inner, std::span<double> tau);

/// Column-pivoted QR in place, without Q: only R and the order of the columns.
/// @param order  out, order[k] = original column now at k
void pivoted_qr(MatrixView a, std::span<double> tau, std::span<long> order);

/// b = Q' b with Q from householder_qr or pivoted_qr.
void apply_q_transposed(MatrixView reflectors, std::span<const double> tau, MatrixView b);

/// b = Q b, likewise.
void apply_q(MatrixView reflectors, std::span<const double> tau, MatrixView b);

/// Minimum-norm solution of min ||a x - b|| by a complete orthogonal factorisation (dgelsy); `a` is destroyed.
/// @param b  in: right-hand side, max(rows, columns) long; out: x in front
/// @return   numerical rank: the largest leading pivoted block with condition below 1/tolerance
long minimum_norm_solve(MatrixView a, double tolerance, std::span<double> b);

/// Singular values, descending; `a` is destroyed. Cost about 4 n^3, half of it memory bound.
void singular_values(MatrixView a, std::span<double> values);

/// a = U diag(values) vt by divide and conquer (dgesdd).
/// @param a       in: at least as many rows as columns; out: U, one column for each value
/// @param values  out, descending
/// @param vt      out, shape [columns, columns]
/// Cost about 20 n^3 operations for a square matrix, part of it memory bound; workspace about 24 n^2 bytes.
void singular_value_decomposition(MatrixView a, std::span<double> values, MatrixView vt);

/// Singular values, descending, of a square upper-triangular band matrix; `band` is destroyed.
/// @param band  diagonals as LAPACK keeps them, shape [width + 1, n]: entry (i, j) at (width + i - j, j), i <= j <= i + width
/// Cost about 8 n^2 width operations on a band that fits into a cache, on one thread.
void band_singular_values(MatrixView band, std::span<double> values);

}  // namespace carillon::lapack
