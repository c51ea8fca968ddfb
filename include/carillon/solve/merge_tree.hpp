#pragma once

#include <functional>
#include <span>
#include <vector>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/factor_shelf.hpp"
#include "carillon/solve/triangular_factor.hpp"

namespace carillon {

/// Work that is cut into units 0..U-1, each of which becomes one factor on one rank. All ranks hold equal plans.
struct UnitPlan {
  long columns = 0;         ///< of every factor: unknowns + 1
  std::vector<int> owner;   ///< rank that makes the unit
  std::vector<long> group;  ///< group of the unit, 0..groups-1; empty = all in group 0

  long units() const { return static_cast<long>(owner.size()); }
  long groups() const;

  /// @throws DomainError, ShapeError  owners that are no ranks, groups below 0, a list's length
  void require_sound(int ranks) const;

  /// Consecutive units on the same rank, as equal in number as possible: with this, only about log2 of the rank count merges
  /// per group cross ranks.
  static std::vector<int> contiguous_owners(long units, int ranks);
  /// The same, such that the dearest rank's units cost as little together as they can, to a thousandth; ranks that are not needed
  /// for that get units too while there are more units than ranks left.
  /// @param costs  of the units, not below 0
  static std::vector<int> contiguous_owners(std::span<const double> costs, int ranks);
};

/// Makes the factor of a unit; called on its owner only, in ascending order.
using MakeUnit = std::function<TriangularFactor(long unit)>;

/// One factor per group, combined from its units in a binary tree keyed by the unit's place in its group (docs/theory.md,
/// Eq. 11), never by rank: the result is the same bit for bit for any number of ranks, owners and threads.
///
/// Two siblings are merged as soon as both exist, on the rank that holds the left one; so at most one factor per level of the
/// tree waits for its sibling on a rank, and a group goes to the root when its last unit is done. Ranks wait for each other only
/// where a merge crosses ranks.
///
/// @param shelf  of this rank: holds what waits, the root's finished groups included, while units are made. So no factor is in
///               memory besides what the shelf has there and, during a merge, the two that are merged
///               (docs/decisions/factor_shelf.md)
/// @return  factors by group on the root, empty elsewhere; a group without units is an empty factor
/// @throws  on every rank the error of the lowest rank on which one was thrown. A rank that fails makes no more units, and so
///          does every rank that would have merged with it; ranks not connected to it finish what they have first
/// @throws DomainError, ShapeError  owners that are no ranks, groups below 0, a list's length, a factor's columns
std::vector<TriangularFactor> combine_units(const Communicator& world, const UnitPlan& plan, const MakeUnit& make,
                                            FactorShelf& shelf);
/// With all that waits in memory.
std::vector<TriangularFactor> combine_units(const Communicator& world, const UnitPlan& plan, const MakeUnit& make);

/// A factor from one rank to another, in 3 messages: its shape, whether there is room for it, its numbers. `tag` tells them from
/// other messages between the two.
/// @throws std::bad_alloc  receive_factor, when there is no room; the sender does not notice
void send_factor(const Communicator& world, const TriangularFactor& factor, int to, int tag);
TriangularFactor receive_factor(const Communicator& world, int from, int tag);

/// The root's factors on ranks 1..ranks-1 too, handed on along a binary tree. Called by all ranks together.
/// @param factors  of the root; not looked at elsewhere
/// @return         on ranks 1..ranks-1; empty on the root, which has them, and on ranks that get none
/// @throws AgreedMemoryError  on all ranks: one had no room
std::vector<TriangularFactor> share_factors(const Communicator& world, std::span<const TriangularFactor> factors, int ranks);

}  // namespace carillon
