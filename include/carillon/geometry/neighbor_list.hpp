#pragma once

#include <Eigen/Core>
#include <array>
#include <compare>
#include <cstddef>
#include <span>
#include <vector>

#include "carillon/data/structure.hpp"

namespace carillon {

/// A copy of an atom near a home atom i: atom `index` moved by `shift` whole cell vectors.
struct Neighbor {
  int index;
  std::array<int, 3> shift;
  Eigen::Vector3d displacement;  ///< r_index + shift · cell - r_i, Å, with the positions as given, not wrapped
  double distance;               ///< Å
};

/// The order in which copies of atoms are told apart: by index, then by shift, lexicographically. Moving both copies by the
/// same lattice vector does not change it: (j, S) < (k, T) exactly when (j, S + L) < (k, T + L).
inline std::strong_ordering order_of_copies(int index_a, const std::array<int, 3>& shift_a, int index_b,
                                            const std::array<int, 3>& shift_b) {
  if (const auto order = index_a <=> index_b; order != 0) return order;
  return shift_a <=> shift_b;
}

/// The atoms that a domain of a divided system sees around those it owns: all from number `owned` on.
struct Halo {
  std::size_t owned;
  double cutoff;  ///< Å: neighbours among the halo's atoms are within it, and so is an owned atom of either; 0: there are none
};

/// The full list of neighbours: for each home atom (shift 0) every copy of every atom closer than the cutoff, images of the
/// atom itself included.
///
/// Any triclinic cell of either handedness and any skew, cells much smaller than the cutoff, open and mixed boundaries.
/// Entry (i -> j, S) and its reverse (j -> i, -S) are both there, with displacements that are exact negatives.
/// The result depends on nothing but the structure and the cutoff.
///
/// Cost O(atoms x neighbours) in time and memory (48 bytes a neighbour): atoms are sorted into bins half a cutoff wide. One
/// thread; const afterwards and so safe to share.
class NeighborList {
public:
  /// @param cutoff  Å, positive; a neighbour's distance is strictly less
  /// @throws DomainError  the cutoff is not positive and finite
  /// @throws ShapeError   numbers of species and positions differ
  /// @throws InputError   naming the structure's origin and the atom: a position is not finite or is more than a million
  ///                      cells (1e9 Å where open) away, two copies stand at the same place (closer than 1e-6 Å), an atom has
  ///                      more than a million neighbours, the periodic cell vectors are linearly dependent
  NeighborList(const Structure& structure, double cutoff);

  /// Of a domain: without the neighbours that no cluster with an owned atom has. What of a simulator's ghosts is near each other
  /// would else be most of the list.
  /// @throws DomainError  periodic, fewer atoms than halo.owned, or a halo cutoff above the list's; otherwise as above
  NeighborList(const Structure& structure, double cutoff, const Halo& halo);

  std::size_t size() const { return later_.size(); }  ///< atoms
  double cutoff() const { return cutoff_; }

  /// Of atom i, sorted by order_of_copies.
  std::span<const Neighbor> neighbors(std::size_t i) const { return {neighbors_.data() + start_[i], start_[i + 1] - start_[i]}; }

  /// Those that come after the home atom (i, shift 0) itself. Over all i, each pair of copies (modulo lattice translations)
  /// is met exactly once, since of (i -> j, S) and (j -> i, -S) exactly one is later.
  std::span<const Neighbor> later_neighbors(std::size_t i) const {
    return {neighbors_.data() + later_[i], start_[i + 1] - later_[i]};
  }

  /// Distances that were worked out to build the list: what it cost. Grows linearly with the atoms at a given density.
  std::size_t candidates() const { return candidates_; }

private:
  class Search;
  void add_halo(const Structure& structure, const Halo& halo);
  void end_atom();

  double cutoff_;
  std::size_t candidates_ = 0;
  std::vector<Neighbor> neighbors_;
  std::vector<std::size_t> start_;  // [atoms + 1], into neighbors_
  std::vector<std::size_t> later_;  // [atoms], into neighbors_
};

}  // namespace carillon
