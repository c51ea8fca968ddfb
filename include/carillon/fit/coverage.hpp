#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/block/provenance.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

using CoverageByPair = std::map<std::string, DistanceCoverage>;  ///< element pair `C-N` -> distances met

/// Notes the distances of a frame's element pairs that `basis` has two-body terms for, or else slots in larger clusters.
///
/// Cost O(atoms · neighbours).
void add_coverage(const BasisSet& basis, const Structure& structure, CoverageByPair& coverage);

/// A line for each element pair whose data come closer than the inner cutoff of its two-body terms: there a fit learns nothing of
/// the pair's own energy (docs/theory.md, Eq. 8).
std::vector<std::string> distances_below_inner(const BasisSet& basis, const CoverageByPair& coverage);

void merge_coverage(const CoverageByPair& other, CoverageByPair& into);
std::string serialize_coverage(const CoverageByPair& coverage);
CoverageByPair deserialize_coverage(const std::string& bytes);

}  // namespace carillon
