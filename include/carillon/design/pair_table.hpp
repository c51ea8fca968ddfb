#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "carillon/design/aligned_buffer.hpp"
#include "carillon/design/moment_plan.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {

/// The bonds of one frame, and the smoothed polynomials of each: g_n = f T_n and h_n = dg_n/dr of every slot kind.
///
/// A bond is a pair of copies of atoms (modulo lattice translations) closer than the largest cutoff of types of three and
/// four atoms. Bonds are numbered within their element pair, so that each kind's table has no holes. Atoms of elements the
/// basis does not know have no bonds.
///
/// Cost O(bonds · kinds of their element pair · order); const afterwards and safe to share.
class PairTable {
public:
  /// A bond seen from one of its atoms. Sorted as in the neighbour list.
  struct Entry {
    int atom;                  ///< at the other end
    std::array<int, 3> shift;  ///< of its copy
    int bond;                  ///< number within the element pair
    int reach;                 ///< levels of the plan it is within: the first `reach` of them
  };
  struct Ray {
    Eigen::Vector3d direction;  ///< to the other atom, unit length
    double distance;            ///< Å
    bool is_later;              ///< NeighborList::later_neighbors: true at one end of each bond only
  };

  /// @param neighbors  of the structure, with a cutoff of at least the plan's
  PairTable(const MomentPlan& plan, const Structure& structure, const NeighborList& neighbors);

  std::size_t atoms() const { return codes_.size(); }
  int code(std::size_t atom) const { return codes_[atom]; }  ///< element in the plan's numbering, or -1
  std::span<const Entry> entries(std::size_t atom) const { return {&entries_[start_[atom]], start_[atom + 1] - start_[atom]}; }
  std::span<const Ray> rays(std::size_t atom) const { return {&rays_[start_[atom]], start_[atom + 1] - start_[atom]}; }

  /// Bonds of all element pairs are numbered through: this is the first of an element pair.
  std::size_t first_bond(std::size_t element_pair) const { return first_bond_[element_pair]; }
  std::size_t bonds() const { return first_bond_.back(); }

  /// [bonds of the element pair][kind.stride]; zero from kind.length on, and beyond the outer cutoff.
  const double* values(std::size_t kind) const { return values_[kind].data(); }
  const double* slopes(std::size_t kind) const { return slopes_[kind].data(); }

private:
  void collect(const MomentPlan& plan, const NeighborList& neighbors);
  void number_bonds(const MomentPlan& plan);
  void fill(const MomentPlan& plan, const SlotKind& kind, std::size_t number);

  std::vector<int> codes_;          // [atoms]
  std::vector<std::size_t> start_;  // [atoms + 1], into entries_ and rays_
  std::vector<Entry> entries_;
  std::vector<Ray> rays_;
  std::vector<std::size_t> first_bond_;  // [element pairs + 1]
  std::vector<double> distances_;        // [bonds]
  std::vector<AlignedBuffer> values_;    // [kinds]
  std::vector<AlignedBuffer> slopes_;    // [kinds]
};

}  // namespace carillon
