#pragma once

#include <fmt/format.h>

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {

/// N atoms, all pairs of them closer than a cutoff. Pairs run 01 02 .. 12 .. : for three atoms 01 02 12, for four atoms
/// 01 02 03 12 13 23.
template <int N>
struct Cluster {
  static_assert(N >= 2);
  static constexpr int pairs = N * (N - 1) / 2;

  /// Number of the pair of atoms a < b, both 0..N-1.
  static constexpr int pair(int a, int b) { return a * (2 * N - a - 1) / 2 + b - a - 1; }

  std::array<int, N> atoms;                    ///< indices in the structure; the same atom may stand for several copies
  std::array<Eigen::Vector3d, pairs> vectors;  ///< from a to b of each pair a < b, Å
  std::array<double, pairs> distances;         ///< Å
};

namespace detail {

/// A copy that may still join the cluster: closer than the cutoff to every member so far, and later than all of them.
template <int N>
struct Candidate {
  Eigen::Vector3d position;             // relative to the first atom
  std::array<double, N - 1> distances;  // to each member so far
  int atom;
};

/// Tries each of levels[size - 1], the copies that may become member number `size`, and goes on with those of the copies
/// after it that are near it as well.
template <int N, int size, class Visitor>
void extend_cluster(std::array<std::vector<Candidate<N>>, N - 1>& levels, std::array<Eigen::Vector3d, N>& positions,
                    Cluster<N>& cluster, double squared_cutoff, Visitor& visitor) {
  const auto& open = levels[size - 1];
  for (std::size_t c = 0; c < open.size(); ++c) {
    const Candidate<N>& member = open[c];
    cluster.atoms[size] = member.atom;
    positions[size] = member.position;
    for (int a = 0; a < size; ++a) {
      const auto pair = static_cast<std::size_t>(Cluster<N>::pair(a, size));
      cluster.vectors[pair] = member.position - positions[static_cast<std::size_t>(a)];
      cluster.distances[pair] = member.distances[static_cast<std::size_t>(a)];
    }
    if constexpr (size == N - 1) {
      visitor(std::as_const(cluster));
    } else {
      auto& rest = levels[size];
      rest.clear();
      for (std::size_t later = c + 1; later < open.size(); ++later) {
        const double squared = (open[later].position - member.position).squaredNorm();
        if (squared >= squared_cutoff) continue;
        rest.push_back(open[later]);
        rest.back().distances[size] = std::sqrt(squared);
      }
      extend_cluster<N, size + 1>(levels, positions, cluster, squared_cutoff, visitor);
    }
  }
}

}  // namespace detail

/// Visits every cluster of N atoms whose first copy is atom `first_atom` at home (shift 0); clusters are never stored.
///
/// Over all first atoms each distinct cluster, modulo lattice translations, is visited exactly once: copies of atoms are
/// ordered by (index, shift), an order that no lattice translation changes, so each cluster has one first copy, and there is one
/// translation that brings that copy home. The others are then taken in increasing order from the copies after it.
///
/// The distance of two members other than the first is that of the difference of their displacements. It may differ in the
/// last digit from the same pair's entry in the list, so a pair *at* the cutoff, to rounding, may count from one side and
/// not from another: smooth terms vanish there.
///
/// @param list     neighbours
/// @param cutoff   Å; every pair is closer than that, strictly
/// @param visitor  called as visitor(const Cluster<N>&); the reference is good during the call
/// @throws DomainError  the cutoff is larger than the list's
/// Cost O(clusters of N - 1 atoms x later neighbours) distances; a few allocations a call, none a cluster. Thread safe.
template <int N, class Visitor>
void for_each_cluster_of(const NeighborList& list, std::size_t first_atom, double cutoff, Visitor&& visitor) {
  if (!(cutoff <= list.cutoff())) {
    throw DomainError(fmt::format("clusters: cutoff {} is larger than that of the neighbour list, {}", cutoff, list.cutoff()));
  }
  std::array<std::vector<detail::Candidate<N>>, N - 1> levels;
  const auto later = list.later_neighbors(first_atom);
  for (auto& level : levels) level.reserve(later.size());
  for (const Neighbor& neighbor : later) {
    if (neighbor.distance >= cutoff) continue;
    levels[0].push_back({neighbor.displacement, {neighbor.distance}, neighbor.index});
  }
  Cluster<N> cluster{};
  cluster.atoms[0] = static_cast<int>(first_atom);
  std::array<Eigen::Vector3d, N> positions;
  positions[0].setZero();
  detail::extend_cluster<N, 1>(levels, positions, cluster, cutoff * cutoff, visitor);
}

/// Visits every cluster of N atoms once; see for_each_cluster_of.
template <int N, class Visitor>
void for_each_cluster(const NeighborList& list, double cutoff, Visitor&& visitor) {
  for (std::size_t i = 0; i < list.size(); ++i) for_each_cluster_of<N>(list, i, cutoff, visitor);
}

/// Distinct clusters of N atoms per cell.
template <int N>
std::size_t count_clusters(const NeighborList& list, double cutoff) {
  std::size_t count = 0;
  for_each_cluster<N>(list, cutoff, [&](const Cluster<N>&) { ++count; });
  return count;
}

}  // namespace carillon
