#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "carillon/basis/basis_set.hpp"

namespace carillon {

/// How a moment is laid out (docs/decisions/pair_moments.md): the polynomial indices of all pairs of a cluster but the pair ij,
/// innermost those that are vectors.
///
/// Three atoms: [b][c] with c padded; four: [f][bd][ce] with ce padded; b = ik, c = il (three atoms: jk), d = jk, e = jl,
/// f = kl. Four atoms with k and l of one element: for each f the triangle bd <= ce, row by row, an entry standing for its mirror
/// image as well. Entries in the padding belong to no term.
struct MomentShape {
  int atoms = 3;
  std::size_t order = 2;
  bool symmetric = false;  ///< four atoms, k and l of one element
  std::size_t padded = 0;  ///< length of the innermost index where the moment is no triangle
  std::size_t size = 0;    ///< doubles

  /// @param width  doubles a vector
  MomentShape(int atoms, int order, bool symmetric, std::size_t width);

  /// @param powers  of the pairs in the order ij ik jk, or ij ik il jk jl kl; that of ij is left out
  /// @return nothing for a term below the diagonal of a triangle: its mirror image stands for it
  std::optional<std::size_t> index(const Powers& powers) const;
};

/// From the raw terms of a cluster in the order i j k (l) of its atoms to the unknowns of its type: which products
/// (a, entry of the moment), a being the power of ij, add up to each column.
class FoldTable {
public:
  FoldTable() = default;
  /// @param columns  of the cluster type
  /// @param first    its first column
  /// @param sources  of each column: a · moment size + entry
  FoldTable(std::size_t first, const std::vector<std::vector<int>>& sources);

  std::size_t columns() const { return start_.size() - 1; }
  std::size_t first_column() const { return first_; }
  std::span<const int> sources(std::size_t column) const {
    return {source_.data() + start_[column], source_.data() + start_[column + 1]};
  }

  /// row[first + c] += sum of products over the sources of c. Cost O(terms).
  void add(const double* products, std::span<double> row) const;

private:
  std::size_t first_ = 0;
  std::vector<std::size_t> start_;
  std::vector<int> source_;
};

/// One element pair's slot in cluster types of three or four atoms. Types that agree in it share its table.
struct SlotKind {
  std::size_t element_pair = 0;
  std::size_t type = 0;  ///< a cluster type that has it, and where
  int slot = 0;
  int atoms = 3;
  std::size_t length = 0;  ///< polynomials, max_power + 1
  std::size_t stride = 0;  ///< of a table row, padded with zeros
};

/// All clusters of one type whose home atom i, neighbour j and other atoms k (and l) have given elements.
template <int N>
struct MomentTask {
  static constexpr std::size_t slots = static_cast<std::size_t>(slot_count(N));

  std::size_t type;                      ///< number in the basis
  std::array<int, N> elements;           ///< codes of i, j, k (l); of k <= of l
  std::array<std::size_t, slots> kinds;  ///< of ij ik jk, or ij ik il jk jl kl
  std::array<int, slots> levels;         ///< of their outer cutoffs
  MomentShape shape;
  FoldTable fold;
};

/// What the moment kernels need to know about a basis: worked out once, used for many frames.
///
/// Cost O(terms · orders of the atoms); memory 4 bytes a term and order of its atoms.
class MomentPlan {
public:
  /// @param width  doubles a vector of the kernels
  MomentPlan(const BasisSet& basis, std::size_t width);
  MomentPlan(const MomentPlan&) = delete;
  MomentPlan& operator=(const MomentPlan&) = delete;

  const BasisSet& basis() const { return basis_; }
  const std::vector<Element>& elements() const { return elements_; }  ///< sorted; an element's code is its place
  int code(Element element) const;                                    ///< -1: not in the basis
  std::size_t element_pairs() const { return elements_.size() * elements_.size(); }
  /// Number of an element pair, in either order.
  std::size_t element_pair(int a, int b) const;
  /// The type of two atoms of an element pair; -1 when there is none.
  int pair_type(std::size_t element_pair) const { return pair_types_[element_pair]; }

  double cutoff() const { return levels_.empty() ? 0.0 : levels_.front(); }  ///< largest of types of three and four atoms, Å
  /// The different outer cutoffs in types of three and four atoms, the largest first, Å.
  const std::vector<double>& levels() const { return levels_; }
  const std::vector<SlotKind>& kinds() const { return kinds_; }

  template <int N>
  const std::vector<MomentTask<N>>& tasks() const {
    if constexpr (N == 3)
      return triplets_;
    else
      return quadruplets_;
  }

private:
  void number_levels();
  std::size_t kind_of(std::size_t type, int slot);
  template <int N>
  void add_tasks(std::size_t type, std::size_t width, std::vector<MomentTask<N>>& tasks);
  template <int N>
  MomentTask<N> make_task(std::size_t type, const std::array<int, N>& elements, std::size_t width);

  BasisSet basis_;
  std::vector<Element> elements_;
  std::vector<int> pair_types_;
  std::vector<double> levels_;
  std::vector<SlotKind> kinds_;
  std::vector<MomentTask<3>> triplets_;
  std::vector<MomentTask<4>> quadruplets_;
};

}  // namespace carillon
