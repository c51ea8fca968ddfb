#pragma once

#include <array>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

/// Finds the cluster type of a tuple of atoms of one structure, and how the atoms stand in the type's sorted order.
class ClusterLookup {
public:
  struct Match {
    int type = -1;                             ///< number in the basis; -1: no interaction
    std::array<int, max_atoms> atom_at{};      ///< position in the type -> position in the tuple
    std::array<int, max_slots> slot_at{};      ///< slot of the type -> slot of the tuple
  };

  ClusterLookup(const BasisSet& basis, const Structure& structure);

  /// @param atoms  indices into the structure, in any order; N = 2, 3 or 4. Cost O(N).
  template <std::size_t N>
  const Match& match(const std::array<int, N>& atoms) const {
    std::size_t code = 0;
    for (const int atom : atoms) code = code * element_count_ + element_code_[static_cast<std::size_t>(atom)];
    return matches_[N][code];
  }

private:
  void fill(const BasisSet& basis, const std::vector<Element>& elements, int atoms);

  std::size_t element_count_ = 0;
  std::vector<std::size_t> element_code_;                  // of each atom of the structure
  std::array<std::vector<Match>, max_atoms + 1> matches_;  // by number of atoms, then by element codes
};

}  // namespace carillon
