#include "carillon/fit/row_cost.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carillon {
namespace {

// Measured at 870 and 3,747 columns on frames of 216 atoms (docs/decisions/predicted_costs.md). Force rows alone cost 3/4 of all
// rows.
constexpr double seconds_per_cluster = 83e-9;
constexpr double seconds_per_cluster_and_column = 47e-12;
constexpr double share_of_forces = 0.75;
constexpr double operations_per_second = 35e9;  // of the QR

/// Chance that points in a sphere around another are all within its radius of each other: 1, 15/32, and by sampling.
constexpr double closeness[] = {1, 1, 1, 0.46875, 0.16};

constexpr double volume_per_atom = 10;  // Å³, of structures without a cell

/// Ways to choose a cluster of these elements: N^k / k! for each element that is k of its atoms.
double choices(const std::vector<Element>& cluster, const FrameSummary& frame) {
  double out = 1;
  for (std::size_t e = 0; e < frame.elements.size(); ++e) {
    const auto times = std::count(cluster.begin(), cluster.end(), frame.elements[e]);
    for (long k = 1; k <= times; ++k) out *= static_cast<double>(frame.counts[e]) / static_cast<double>(k);
  }
  const auto is_there = [&](Element element) {
    return std::find(frame.elements.begin(), frame.elements.end(), element) != frame.elements.end();
  };
  return std::all_of(cluster.begin(), cluster.end(), is_there) ? out : 0;
}

}  // namespace

RowCost::RowCost(const BasisSet& basis) : columns_(basis.columns()) {
  for (const ClusterType& type : basis.types()) {
    if (type.atoms() < 3) continue;
    double cubes = 0;
    for (const Slot& slot : type.slots()) cubes += slot.outer * slot.outer * slot.outer;
    const double sphere = 4 * std::numbers::pi / 3 * cubes / static_cast<double>(type.slots().size());
    types_.push_back({type.elements(), closeness[type.atoms()] * std::pow(sphere, type.atoms() - 1)});
  }
}

double RowCost::clusters(const FrameSummary& frame) const {
  const double volume = frame.volume > 0 ? frame.volume : volume_per_atom * static_cast<double>(frame.atoms);
  double out = 0;
  for (const Type& type : types_)
    out += choices(type.elements, frame) * type.room / std::pow(volume, static_cast<double>(type.elements.size()) - 1);
  return out;
}

FrameCost RowCost::of(const FrameSummary& frame, const RowCounts& rows) const {
  const auto columns = static_cast<double>(columns_);
  const double making = clusters(frame) * (seconds_per_cluster + seconds_per_cluster_and_column * columns);
  const double factoring = 2 * static_cast<double>(rows.total()) * columns * columns / operations_per_second;
  return {share_of_forces * making, (1 - share_of_forces) * making, factoring};
}

}  // namespace carillon
