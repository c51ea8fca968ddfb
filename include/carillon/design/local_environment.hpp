#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "carillon/design/moment_kernels.hpp"
#include "carillon/design/pair_table.hpp"

namespace carillon {

/// The bonded neighbours of one home atom, sorted by element, and which of them are near each other.
///
/// Neighbours are copies (atom, shift): in a small cell one atom stands there several times, the home atom's own images too.
/// Kept and refilled to save allocations. Memory 4 n² bytes for n neighbours, and n² / 8 for each level.
class LocalEnvironment {
public:
  LocalEnvironment(const MomentPlan& plan, const PairTable& pairs);
  LocalEnvironment(LocalEnvironment&&) = default;  // no copies: the view points into the arrays

  /// Cost O(sum over the neighbours of their neighbours · log copies).
  void fill(std::size_t home);

  std::size_t home() const { return home_; }
  int home_code() const { return pairs_.code(home_); }
  std::size_t size() const { return order_.size(); }
  const EnvironmentView& view() const { return view_; }

  /// Place of neighbour n in the pair table's entries and rays of the home atom.
  std::size_t entry(std::size_t n) const { return order_[n]; }
  const PairTable::Ray& ray(std::size_t n) const { return pairs_.rays(home_)[order_[n]]; }
  int bond(std::size_t n) const { return home_bond_[n]; }
  /// Neighbours of an element: [first, end).
  int first_of(int element) const { return first_[static_cast<std::size_t>(element)]; }
  int end_of(int element) const { return first_[static_cast<std::size_t>(element) + 1]; }
  bool is_within(std::size_t n, int level) const { return reach_[n] > level; }

private:
  void sort_by_element();
  void size_sets();
  void join_neighbors_of(std::size_t n);
  int find(int atom, const std::array<int, 3>& shift) const;
  int find_among_copies(int first, const std::array<int, 3>& shift) const;

  const MomentPlan& plan_;
  const PairTable& pairs_;
  std::size_t home_ = 0;
  std::vector<std::size_t> order_;         // [n], entry of each neighbour
  std::vector<int> home_bond_;             // [n]
  std::vector<int> reach_;                 // [n]
  std::vector<int> atom_;                  // [n], and one of no atom at the end
  std::vector<std::array<int, 3>> shift_;  // [n], and one more
  std::vector<int> first_;                 // [elements + 1]
  std::vector<int> first_copy_;            // [atoms of the frame], first neighbour that is a copy of it, or -1
  std::vector<int> bond_;                  // [n][n]
  std::vector<std::uint64_t> of_element_;
  std::vector<std::uint64_t> near_home_;
  std::vector<std::uint64_t> near_;
  EnvironmentView view_;
};

}  // namespace carillon
