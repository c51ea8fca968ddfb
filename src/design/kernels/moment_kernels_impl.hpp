// The moment kernels, for any vector width. Included by one source file for each instruction set, each compiled with its
// own flags; so everything here is in an unnamed namespace, and nothing of the standard library is used (see
// carillon/design/moment_kernels.hpp).
//
// All the work is one primitive: sums of outer products of short vectors, in tiles that stay in registers.

#pragma once

#include <cstddef>
#include <cstdint>

#include "carillon/design/moment_kernels.hpp"

#define CARILLON_INLINE inline __attribute__((always_inline))
#define CARILLON_INLINE_LAMBDA __attribute__((always_inline))

namespace carillon {
namespace {

using std::size_t;

/// @tparam vector_width  doubles
/// @tparam registers     accumulators a tile may use; the rest hold operands
template <int vector_width, int registers>
struct Target {
  static constexpr int width = vector_width;
  static constexpr int accumulators = registers;
  typedef double Vector __attribute__((vector_size(vector_width * sizeof(double)), may_alias));
};

template <class T>
CARILLON_INLINE typename T::Vector* vectors(double* values) {
  return reinterpret_cast<typename T::Vector*>(values);
}

template <class T>
CARILLON_INLINE const typename T::Vector* vectors(const double* values) {
  return reinterpret_cast<const typename T::Vector*>(values);
}

/// Operands of a sum of outer products: left[p][left_offset + r] right[p][right_offset + z], p < count.
struct Factors {
  const double* const* left;
  size_t left_offset;
  const double* const* right;
  size_t right_offset;
  size_t count;
};

/// rows x columns vectors of the sum, from row r and vector z on.
template <class T, int rows, int columns, bool accumulate>
CARILLON_INLINE void add_tile(const Factors& in, size_t r, size_t z, double* out, size_t stride) {
  using Vector = typename T::Vector;
  Vector sum[rows][columns];
  double* corner = out + r * stride + z * T::width;
#pragma GCC unroll 24
  for (int y = 0; y < rows; ++y)
#pragma GCC unroll 4
    for (int x = 0; x < columns; ++x) sum[y][x] = accumulate ? vectors<T>(corner + static_cast<size_t>(y) * stride)[x] : Vector{};
  for (size_t p = 0; p < in.count; ++p) {
    const double* left = in.left[p] + in.left_offset + r;
    const Vector* right = vectors<T>(in.right[p] + in.right_offset) + z;
    Vector factor[columns];
#pragma GCC unroll 4
    for (int x = 0; x < columns; ++x) factor[x] = right[x];
#pragma GCC unroll 24
    for (int y = 0; y < rows; ++y)
#pragma GCC unroll 4
      for (int x = 0; x < columns; ++x) sum[y][x] += factor[x] * left[y];
  }
#pragma GCC unroll 24
  for (int y = 0; y < rows; ++y)
#pragma GCC unroll 4
    for (int x = 0; x < columns; ++x) vectors<T>(corner + static_cast<size_t>(y) * stride)[x] = sum[y][x];
}

/// A tile of `left_over` rows, at most `rows`; the comparisons vanish where the number is known at compile time.
template <class T, int rows, int columns, bool accumulate>
CARILLON_INLINE void add_rest(size_t left_over, const Factors& in, size_t r, size_t z, double* out, size_t stride) {
  if constexpr (rows > 0) {
    if (left_over == rows)
      add_tile<T, rows, columns, accumulate>(in, r, z, out, stride);
    else
      add_rest<T, rows - 1, columns, accumulate>(left_over, in, r, z, out, stride);
  }
}

template <class T, int columns, bool accumulate>
CARILLON_INLINE void add_columns(const Factors& in, size_t rows, size_t z, double* out, size_t stride) {
  constexpr int tile_rows = T::accumulators / columns > 12 ? 12 : T::accumulators / columns;
  size_t r = 0;
  for (; r + tile_rows <= rows; r += tile_rows) add_tile<T, tile_rows, columns, accumulate>(in, r, z, out, stride);
  add_rest<T, tile_rows - 1, columns, accumulate>(rows - r, in, r, z, out, stride);
}

/// out[r][z] = or += the sum of outer products. Columns outside: a strip of `right` stays in the first cache for all rows.
template <class T, int columns, bool accumulate>
CARILLON_INLINE void add_outer_products(const Factors& in, size_t rows, size_t size, double* out, size_t stride) {
  const size_t count = size / T::width;
  size_t z = 0;
  for (; z + columns <= count; z += columns) add_columns<T, columns, accumulate>(in, rows, z, out, stride);
  for (; z < count; ++z) add_columns<T, 1, accumulate>(in, rows, z, out, stride);
}

template <class T>
constexpr size_t padded(size_t size) {
  return (size + T::width - 1) / T::width * T::width;
}

// ---- sets of neighbours -------------------------------------------------------------------------------------------------

/// Neighbours of an element near the home atom and near j; whether there are any.
CARILLON_INLINE bool common_neighbors(const EnvironmentView& env, int j, int element, int home_level, int j_level,
                                      uint64_t* set) {
  const auto words = static_cast<size_t>(env.words);
  const uint64_t* kind = env.of_element + static_cast<size_t>(element) * words;
  const uint64_t* home = env.near_home + static_cast<size_t>(home_level) * words;
  const uint64_t* other =
      env.near + (static_cast<size_t>(j_level) * static_cast<size_t>(env.size) + static_cast<size_t>(j)) * words;
  uint64_t any = 0;
  for (size_t w = 0; w < words; ++w) {
    set[w] = kind[w] & home[w] & other[w];
    any |= set[w];
  }
  return any != 0;
}

template <class Visit>
CARILLON_INLINE void for_each_bit(uint64_t bits, size_t word, Visit visit) {
  for (; bits != 0; bits &= bits - 1) visit(64 * word + static_cast<size_t>(__builtin_ctzll(bits)));
}

CARILLON_INLINE int count_bits(const uint64_t* set, size_t words) {
  int count = 0;
  for (size_t w = 0; w < words; ++w) count += __builtin_popcountll(set[w]);
  return count;
}

CARILLON_INLINE const double* bond_values(const PairView& pair, int bond) {
  return pair.values + static_cast<size_t>(bond) * pair.stride;
}

// ---- three atoms --------------------------------------------------------------------------------------------------------

/// @tparam fixed_order  0: any
template <class T, int fixed_order>
bool triplet_moment(const EnvironmentView& env, const MomentView& clusters, int j, const MomentScratch& scratch, double* moment) {
  const size_t order = fixed_order > 0 ? fixed_order : static_cast<size_t>(clusters.order);
  if (!common_neighbors(env, j, clusters.element_k, clusters.ik.level, clusters.jk.level, scratch.sets)) return false;
  const int* j_bond = env.bond + static_cast<size_t>(j) * static_cast<size_t>(env.size);
  const double** left = scratch.pointers;
  const double** right = left + env.size;
  size_t count = 0;
  for (size_t w = 0; w < static_cast<size_t>(env.words); ++w)
    for_each_bit(scratch.sets[w], w, [&](size_t k) CARILLON_INLINE_LAMBDA {
      left[count] = bond_values(clusters.ik, env.home_bond[k]);
      right[count] = bond_values(clusters.jk, j_bond[k]);
      ++count;
    });
  constexpr int columns = padded<T>(fixed_order) == T::width ? 1 : 2;
  add_outer_products<T, columns, false>({left, 0, right, 0, count}, order, padded<T>(order), moment, padded<T>(order));
  return true;
}

// ---- four atoms ---------------------------------------------------------------------------------------------------------

/// products[m] = g(im) outer g(jm) for the neighbours m of a set.
template <class T, int fixed_order>
CARILLON_INLINE void fill_products(const EnvironmentView& env, const PairView& im, const PairView& jm, int j, const uint64_t* set,
                                   size_t order, double* products) {
  const size_t square = padded<T>(order * order);
  const int* j_bond = env.bond + static_cast<size_t>(j) * static_cast<size_t>(env.size);
  for (size_t w = 0; w < static_cast<size_t>(env.words); ++w)
    for_each_bit(set[w], w, [&](size_t m) CARILLON_INLINE_LAMBDA {
      const double* i_values = bond_values(im, env.home_bond[m]);
      const double* j_values = bond_values(jm, j_bond[m]);
      double* out = products + m * square;
      for (size_t a = 0; a < order; ++a)
        for (size_t b = 0; b < order; ++b) out[a * order + b] = i_values[a] * j_values[b];
      for (size_t pad = order * order; pad < square; ++pad) out[pad] = 0;
    });
}

/// The four-atom moment from the products of both sides. `outer` and `inner` are the sets of k and l, in either role.
template <class T, int fixed_order>
struct QuadrupletSum {
  const EnvironmentView& env;
  const PairView& kl;
  const MomentScratch& scratch;
  size_t order;
  size_t size = padded<T>(order * order);
  const double** outer_products = scratch.pointers;
  const double** outer_sums = scratch.pointers + env.size;
  size_t kept = 0;

  /// sums[m][f] = sum over the inner neighbours n of m: g_f(mn) products[n], for every outer m that has any.
  /// @param once  outer and inner are the same set: only n after m
  CARILLON_INLINE void sum_inner(const uint64_t* outer, const uint64_t* inner, bool once) {
    for (size_t w = 0; w < static_cast<size_t>(env.words); ++w)
      for_each_bit(outer[w], w, [&](size_t m) CARILLON_INLINE_LAMBDA { sum_inner_of(m, inner, once); });
  }

  CARILLON_INLINE void sum_inner_of(size_t m, const uint64_t* inner, bool once) {
    const auto words = static_cast<size_t>(env.words);
    const auto neighbors = static_cast<size_t>(env.size);
    const uint64_t* near = env.near + (static_cast<size_t>(kl.level) * neighbors + m) * words;
    const int* bond = env.bond + m * neighbors;
    const double** left = scratch.pointers + 2 * env.size;
    const double** right = left + env.size;
    size_t count = 0;
    const size_t first_word = once ? m / 64 : 0;
    for (size_t w = first_word; w < words; ++w) {
      uint64_t bits = inner[w] & near[w];
      if (once && w == first_word) bits &= ~uint64_t{1} << (m % 64);
      for_each_bit(bits, w, [&](size_t n) CARILLON_INLINE_LAMBDA {
        left[count] = bond_values(kl, bond[n]);
        right[count] = scratch.products + n * size;
        ++count;
      });
    }
    if (count == 0) return;
    double* sum = scratch.sums + kept * order * size;
    constexpr int columns = padded<T>(fixed_order * fixed_order) == T::width ? 1 : 2;
    add_outer_products<T, columns, false>({left, 0, right, 0, count}, order, size, sum, size);
    outer_products[kept] = scratch.products + m * size;
    outer_sums[kept] = sum;
    ++kept;
  }

  /// @param outer_is_l  the outer set holds the l
  CARILLON_INLINE void join(bool outer_is_l, double* moment) const {
    const size_t square = order * order;
    constexpr int columns = padded<T>(fixed_order * fixed_order) == T::width ? 1 : 2;
    for (size_t f = 0; f < order; ++f) {
      const Factors factors = outer_is_l ? Factors{outer_sums, f * size, outer_products, 0, kept}
                                         : Factors{outer_products, 0, outer_sums, f * size, kept};
      add_outer_products<T, columns, false>(factors, square, size, moment + f * square * size, size);
    }
  }
};

/// With k and l of one element, entries [bd][ce] and [ce][bd] belong to like-atom permutations of one term: adds them up and
/// keeps the triangle, which halves the work of all that uses the moment.
template <class T, int fixed_order>
CARILLON_INLINE void fold_square(const double* square_moment, size_t order, double* moment) {
  const size_t square = order * order;
  const size_t stride = padded<T>(square);
  double* out = moment;
  for (size_t f = 0; f < order; ++f, square_moment += square * stride)
    for (size_t bd = 0; bd < square; ++bd) {
      *out++ = square_moment[bd * stride + bd];
      for (size_t ce = bd + 1; ce < square; ++ce) *out++ = square_moment[bd * stride + ce] + square_moment[ce * stride + bd];
    }
  for (const double* end = moment + padded<T>(order * square * (square + 1) / 2); out != end;) *out++ = 0;
}

template <class T, int fixed_order>
bool quadruplet_moment(const EnvironmentView& env, const MomentView& clusters, int j, const MomentScratch& scratch,
                       double* moment) {
  const size_t order = fixed_order > 0 ? fixed_order : static_cast<size_t>(clusters.order);
  const bool same_element = clusters.element_k == clusters.element_l;
  uint64_t* k_set = scratch.sets;
  uint64_t* l_set = same_element ? k_set : k_set + env.words;
  if (!common_neighbors(env, j, clusters.element_k, clusters.ik.level, clusters.jk.level, k_set)) return false;
  if (!same_element && !common_neighbors(env, j, clusters.element_l, clusters.il.level, clusters.jl.level, l_set)) return false;
  fill_products<T, fixed_order>(env, clusters.ik, clusters.jk, j, k_set, order, scratch.products);
  if (!same_element) fill_products<T, fixed_order>(env, clusters.il, clusters.jl, j, l_set, order, scratch.products);

  // Joining costs order⁵ for each outer neighbour, so the rarer element goes outside.
  const auto words = static_cast<size_t>(env.words);
  const bool outer_is_l = !same_element && count_bits(l_set, words) < count_bits(k_set, words);
  QuadrupletSum<T, fixed_order> sum{env, clusters.kl, scratch, order};
  sum.sum_inner(outer_is_l ? l_set : k_set, outer_is_l ? k_set : l_set, same_element);
  if (sum.kept == 0) return false;
  if (!same_element) {
    sum.join(outer_is_l, moment);
  } else {
    sum.join(false, scratch.square_moment);
    fold_square<T, fixed_order>(scratch.square_moment, order, moment);
  }
  return true;
}

// ---- the table ----------------------------------------------------------------------------------------------------------

/// The kernel made for an order up to `largest`, or the general one.
template <class T, int largest = 16>
MomentFunction triplet_of_order(int order) {
  if constexpr (largest < 2)
    return triplet_moment<T, 0>;
  else
    return order == largest ? triplet_moment<T, largest> : triplet_of_order<T, largest - 1>(order);
}

template <class T, int largest = 6>
MomentFunction quadruplet_of_order(int order) {
  if constexpr (largest < 2)
    return quadruplet_moment<T, 0>;
  else
    return order == largest ? quadruplet_moment<T, largest> : quadruplet_of_order<T, largest - 1>(order);
}

template <class T>
void add_long_outer_products(const double* const* left, const double* const* right, size_t count, size_t rows, size_t size,
                             bool accumulate, double* out) {
  constexpr int columns = T::accumulators >= 24 ? 4 : 2;
  const Factors factors{left, 0, right, 0, count};
  if (accumulate)
    add_outer_products<T, columns, true>(factors, rows, size, out, size);
  else
    add_outer_products<T, columns, false>(factors, rows, size, out, size);
}

/// out[y] = sum_z matrix[y][z] vector[z] for a few rows, so that the vector is loaded once for all of them.
template <class T, int rows>
CARILLON_INLINE void multiply_rows(const double* matrix, const double* vector, size_t size, double* out) {
  using Vector = typename T::Vector;
  const size_t count = size / T::width;
  const Vector* right = vectors<T>(vector);
  Vector sum[rows] = {};
  for (size_t z = 0; z < count; ++z) {
    const Vector factor = right[z];
#pragma GCC unroll 8
    for (int y = 0; y < rows; ++y) sum[y] += vectors<T>(matrix + static_cast<size_t>(y) * size)[z] * factor;
  }
  for (int y = 0; y < rows; ++y) {
    out[y] = 0;
    for (int lane = 0; lane < T::width; ++lane) out[y] += sum[y][lane];
  }
}

template <class T>
void multiply(const double* matrix, const double* vector, size_t rows, size_t size, double* out) {
  constexpr int at_once = 4;
  size_t r = 0;
  for (; r + at_once <= rows; r += at_once) multiply_rows<T, at_once>(matrix + r * size, vector, size, out + r);
  for (; r < rows; ++r) multiply_rows<T, 1>(matrix + r * size, vector, size, out + r);
}

template <class T>
constexpr MomentKernels kernels_of(SimdLevel level) {
  return {level, T::width, triplet_of_order<T>, quadruplet_of_order<T>, add_long_outer_products<T>, multiply<T>};
}

}  // namespace
}  // namespace carillon
