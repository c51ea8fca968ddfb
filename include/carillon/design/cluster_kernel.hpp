#pragma once

#include <array>
#include <span>
#include <vector>

#include "carillon/basis/cluster_type.hpp"
#include "carillon/design/cluster_lookup.hpp"

namespace carillon {

/// The terms of one cluster, one by one: products of smoothed polynomials and their slopes (docs/theory.md, Eq. 4 and 5).
///
/// The reference kernel: plain on purpose, the same code for 2, 3 and 4 atoms, and what faster kernels are tested against.
template <int N>
class ClusterKernel {
public:
  static constexpr std::size_t slots = static_cast<std::size_t>(slot_count(N));

  /// Fills the polynomial tables of all slots.
  ///
  /// @param match      how the cluster's atoms stand in `type`
  /// @param distances  of the cluster's own slots, Å
  /// @return false when a distance is at or beyond its slot's outer cutoff: the cluster contributes nothing
  /// Cost O(slots · max_power).
  bool prepare(const ClusterType& type, const ClusterLookup::Match& match, const std::array<double, slots>& distances) {
    for (std::size_t p = 0; p < slots; ++p)
      if (distances[static_cast<std::size_t>(match.slot_at[p])] >= type.slots()[p].outer) return false;
    stride_ = static_cast<std::size_t>(type.max_power()) + 1;
    values_.resize(slots * stride_);
    slopes_.resize(slots * stride_);
    for (std::size_t p = 0; p < slots; ++p)
      type.evaluate_slot(static_cast<int>(p), distances[static_cast<std::size_t>(match.slot_at[p])], {&values_[p * stride_], stride_},
                         {&slopes_[p * stride_], stride_});
    return true;
  }

  /// Value of a term and its derivative with respect to each slot's distance.
  ///
  /// @param slopes  out, 1/Å, in the type's slot order
  /// Cost O(slots): products of the factors before and after each slot, so that no division by a vanishing factor is needed.
  double term(const Powers& powers, std::array<double, slots>& slopes) const {
    std::array<double, slots + 1> before;
    before[0] = 1;
    for (std::size_t p = 0; p < slots; ++p) before[p + 1] = before[p] * values_[p * stride_ + powers[p]];
    double after = 1;
    for (std::size_t p = slots; p-- > 0;) {
      slopes[p] = before[p] * slopes_[p * stride_ + powers[p]] * after;
      after *= values_[p * stride_ + powers[p]];
    }
    return before[slots];
  }

private:
  std::size_t stride_ = 0;
  std::vector<double> values_;  // [slots][max_power + 1], f T_n
  std::vector<double> slopes_;  // same shape, d/dr
};

}  // namespace carillon
