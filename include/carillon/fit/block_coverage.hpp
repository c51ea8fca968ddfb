#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/data/finding.hpp"
#include "carillon/geometry/pair_distribution.hpp"

namespace carillon {

/// The blocks of block folders and params.txt files, in the order given.
/// @throws InputError, FileError  a path that is neither, or cannot be read
std::vector<Block> read_blocks(const std::vector<std::string>& paths);

/// Inner cutoffs of the two-body terms, Å; where a block has none for a pair, the largest of its larger clusters.
std::map<ElementPair, double> inner_cutoffs(const std::vector<Block>& blocks);

/// Whether one of the blocks fixes the energy offset of each element.
std::vector<bool> known_offsets(const std::vector<Block>& blocks, const std::vector<Element>& elements);

/// Compares distances of a data set with those that the blocks' training data covered (their provenance): a block is a guess
/// below them. For each pair of elements, taken from the block of exactly these elements where there is one: a warning when the
/// data go more than one bin below the smallest covered distance, at the closest two atoms and with the number of such pairs; a
/// note when a block does not say what it covered.
std::vector<Finding> find_uncovered_distances(const std::vector<Block>& blocks, const PairDistribution& distribution);

}  // namespace carillon
