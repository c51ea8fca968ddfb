#pragma once

#include <string>
#include <vector>

#include "carillon/solve/merge_tree.hpp"

namespace carillon {

/// How the factors that ranks make become one factor per group.
enum class Factorisation {
  automatic,     ///< see choose_factorisation
  tree,          ///< pairs of whole triangles, each pair on one rank (merge_tree.hpp): same bits for any number of ranks
  block_cyclic,  ///< all ranks on one triangle by ScaLAPACK (block_cyclic_factor.hpp): same up to rounding
};

/// `auto`, `tree`, `block_cyclic`.
/// @throws InputError  another name; the message lists the known ones
Factorisation factorisation_from_name(const std::string& name);
std::string factorisation_name(Factorisation factorisation);
std::vector<std::string> factorisation_names();

/// With more columns than this, and block_cyclic_ranks or more, `auto` is block_cyclic: one merge of two triangles then takes
/// a core 15 s or more (2/3 columns^3 operations), and the tree's log2 ranks last ones come one after the other.
inline constexpr long block_cyclic_columns = 10000;
inline constexpr int block_cyclic_ranks = 4;

/// What is done for what was asked: never `automatic`. A process alone takes the tree: it has nothing to share out.
/// @param columns  unknowns
Factorisation choose_factorisation(Factorisation asked, long columns, int ranks);

/// combine_units by way of block_cyclic_factor.hpp: each rank merges its own units of a group, then all ranks together reduce
/// what they have, group after group. What is spread over the ranks is the work and R while it is made; the root gathers every
/// group's factor in the end, and the solvers start from there.
///
/// @return  factors by group on the root, empty elsewhere; up to rounding those of combine_units
/// @throws  on every rank the error of the lowest rank on which a unit failed
/// @throws DomainError, ShapeError  a plan that is not sound, a factor's columns, more columns than ScaLAPACK can count
/// Memory: a factor per group on every rank (from its own units), and one BlockCyclicFactor.
std::vector<TriangularFactor> combine_units_block_cyclic(const Communicator& world, const UnitPlan& plan, const MakeUnit& make);

}  // namespace carillon
