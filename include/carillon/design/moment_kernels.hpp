#pragma once

#include <cstddef>
#include <cstdint>

#include "carillon/design/simd_level.hpp"

namespace carillon {

// What is here crosses the border to code that is compiled once for each instruction set. It is plain data on purpose: an
// inline function of the standard library compiled for AVX-512 could be the copy the linker keeps for everybody.

/// The surroundings of one atom, seen by the kernels (LocalEnvironment owns the arrays). Sets of neighbours are bits,
/// `words` 64-bit words each.
struct EnvironmentView {
  int size = 0;                               ///< neighbours
  int words = 0;                              ///< of a set of neighbours
  const std::uint64_t* of_element = nullptr;  ///< [elements][words]
  const std::uint64_t* near_home = nullptr;   ///< [levels][words]: closer to the home atom than the level's distance
  const std::uint64_t* near = nullptr;        ///< [levels][size][words]: closer to that neighbour than the level's distance
  const int* home_bond = nullptr;             ///< [size], number of the bond to the home atom; see PairTable
  const int* bond = nullptr;                  ///< [size][size]; defined where the two are near on some level
};

/// One pair of a cluster: which distances belong, and the smoothed polynomials.
struct PairView {
  int level = 0;
  const double* values = nullptr;  ///< [bonds of the element pair][stride]: f T_n
  std::size_t stride = 0;
};

/// The clusters a moment sums over: home atom i, neighbour j, and all k (three atoms) or all pairs of k and l (four).
struct MomentView {
  int order = 0;  ///< values of each pair that are used
  int element_k = 0;
  int element_l = 0;
  PairView ik, il, jk, jl, kl;  ///< three atoms: ik and jk only
};

/// Room for one kernel call, n = size of the environment.
struct MomentScratch {
  double* products = nullptr;         ///< [n][padded order²]
  double* sums = nullptr;             ///< [n][order][padded order²]
  double* square_moment = nullptr;    ///< [order][order²][padded order²]
  const double** pointers = nullptr;  ///< [4 n]
  std::uint64_t* sets = nullptr;      ///< [2 words]
};

/// Moment of the pair of the home atom and neighbour j (docs/decisions/pair_moments.md):
///   three atoms  S[b][c]       = sum_k    g_b(ik) g_c(jk)
///   four atoms   S[f][bd][ce]  = sum_{kl} g_b(ik) g_d(jk) g_c(il) g_e(jl) g_f(kl), each pair k, l once
/// With k and l of one element only the triangle bd <= ce is kept, each entry with its mirror image added. Padded with zeros to
/// the vector width (MomentShape).
/// @return false when there is no such cluster; `moment` is not written then
using MomentFunction = bool (*)(const EnvironmentView&, const MomentView&, int j, const MomentScratch&, double* moment);

/// The kernels of one instruction set. Thread safe, no allocation.
struct MomentKernels {
  SimdLevel level;
  std::size_t width;                     ///< doubles a vector
  MomentFunction (*triplet)(int order);  ///< the fastest for that order
  MomentFunction (*quadruplet)(int order);

  /// out[r][z] = (or +=, when `accumulate`) sum_p left[p][r] right[p][z].
  /// @param size  of a row, a multiple of the vector width; `right` and `out` are aligned
  void (*add_outer_products)(const double* const* left, const double* const* right, std::size_t count, std::size_t rows,
                             std::size_t size, bool accumulate, double* out);

  /// out[r] = sum_z matrix[r][z] vector[z]; size and alignment as above.
  void (*multiply)(const double* matrix, const double* vector, std::size_t rows, std::size_t size, double* out);
};

/// @throws InputError  the level is not supported by this machine
const MomentKernels& moment_kernels(SimdLevel level);

/// Whether this build holds a level's kernels.
bool is_compiled(SimdLevel level);

}  // namespace carillon
