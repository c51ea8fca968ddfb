#include "carillon/design/pair_table.hpp"

#include <algorithm>

namespace carillon {

PairTable::PairTable(const MomentPlan& plan, const Structure& structure, const NeighborList& neighbors) {
  codes_.reserve(structure.size());
  for (const Element element : structure.species) codes_.push_back(plan.code(element));
  collect(plan, neighbors);
  number_bonds(plan);
  for (std::size_t k = 0; k < plan.kinds().size(); ++k) fill(plan, plan.kinds()[k], k);
}

void PairTable::collect(const MomentPlan& plan, const NeighborList& neighbors) {
  const std::vector<double>& levels = plan.levels();
  start_.push_back(0);
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    const auto all = neighbors.neighbors(i);
    const std::size_t earlier = all.size() - neighbors.later_neighbors(i).size();
    for (std::size_t n = 0; n < all.size(); ++n) {
      const Neighbor& neighbor = all[n];
      if (!(neighbor.distance < plan.cutoff())) continue;
      if (codes_[i] < 0 || codes_[static_cast<std::size_t>(neighbor.index)] < 0) continue;
      int reach = 1;
      while (reach < static_cast<int>(levels.size()) && neighbor.distance < levels[static_cast<std::size_t>(reach)]) ++reach;
      entries_.push_back({neighbor.index, neighbor.shift, -1, reach});
      rays_.push_back({neighbor.displacement / neighbor.distance, neighbor.distance, n >= earlier});
    }
    start_.push_back(entries_.size());
  }
}

void PairTable::number_bonds(const MomentPlan& plan) {
  const auto pair_of = [&](std::size_t i, const Entry& entry) {
    return plan.element_pair(codes_[i], codes_[static_cast<std::size_t>(entry.atom)]);
  };
  std::vector<std::size_t> counts(plan.element_pairs(), 0);
  for (std::size_t i = 0; i < codes_.size(); ++i)
    for (std::size_t e = start_[i]; e < start_[i + 1]; ++e)
      if (rays_[e].is_later) entries_[e].bond = static_cast<int>(counts[pair_of(i, entries_[e])]++);
  first_bond_.push_back(0);
  for (const std::size_t count : counts) first_bond_.push_back(first_bond_.back() + count);

  distances_.resize(bonds());
  for (std::size_t i = 0; i < codes_.size(); ++i)
    for (std::size_t e = start_[i]; e < start_[i + 1]; ++e) {
      Entry& entry = entries_[e];
      if (rays_[e].is_later) {
        distances_[first_bond(pair_of(i, entry)) + static_cast<std::size_t>(entry.bond)] = rays_[e].distance;
        continue;
      }
      const std::array<int, 3> back = {-entry.shift[0], -entry.shift[1], -entry.shift[2]};
      const auto others = entries(static_cast<std::size_t>(entry.atom));
      const auto reverse =
          std::lower_bound(others.begin(), others.end(), back, [i](const Entry& other, const std::array<int, 3>& shift) {
            return order_of_copies(other.atom, other.shift, static_cast<int>(i), shift) < 0;
          });
      entry.bond = reverse->bond;
    }
}

void PairTable::fill(const MomentPlan& plan, const SlotKind& kind, std::size_t number) {
  const ClusterType& type = plan.basis().types()[kind.type];
  const double outer = type.slots()[static_cast<std::size_t>(kind.slot)].outer;
  const std::size_t first = first_bond_[kind.element_pair];
  const std::size_t count = first_bond_[kind.element_pair + 1] - first;
  values_.resize(plan.kinds().size());
  slopes_.resize(plan.kinds().size());
  values_[number] = AlignedBuffer(count * kind.stride);
  slopes_[number] = AlignedBuffer(count * kind.stride);
  for (std::size_t bond = 0; bond < count; ++bond) {
    const double distance = distances_[first + bond];
    if (distance >= outer) continue;
    type.evaluate_slot(kind.slot, distance, {values_[number].data() + bond * kind.stride, kind.length},
                       {slopes_[number].data() + bond * kind.stride, kind.length});
  }
}

}  // namespace carillon
