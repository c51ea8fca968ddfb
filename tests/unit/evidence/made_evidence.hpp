#pragma once

#include <random>
#include <vector>

#include "carillon/evidence/evidence.hpp"
#include "support/random_models.hpp"

namespace carillon::testing {

inline std::vector<double> made_rows(long count, long columns, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> rows;
  for (long i = 0; i < count * columns; ++i) rows.push_back(normal(generator));
  return rows;
}

inline TriangularFactor made_factor(long count, long columns, unsigned seed) {
  TriangularFactor factor(columns);
  factor.absorb(made_rows(count, columns, seed), count);
  return factor;
}

inline std::vector<Block> made_blocks(unsigned seed) {
  RandomBasisOptions options;
  options.pair_order = 3;
  options.triplet_order = 0;
  options.quadruplet_order = 0;
  const BasisSet basis = random_basis(elements({"C", "N"}), options);
  Provenance provenance;
  provenance.source = "fit";
  provenance.data_sha256 = {{"a.extxyz", "feed" + std::to_string(seed)}};
  provenance.frames = {{"cold", 2}, {"hot", 1}};
  provenance.distances = {{"C-N", {1.2, 3.4, 10}}};
  return split_into_blocks(basis, random_coefficients(basis, seed), provenance);
}

/// Evidence of block C-N on C and N whose rows are numbers at random: three of energy, and a trapezoid and a triangle of forces.
inline Evidence made_evidence(unsigned seed = 1) {
  std::vector<Block> blocks = made_blocks(seed);
  Evidence evidence;
  evidence.blocks = {blocks[2]};
  evidence.parents = {blocks[0], blocks[1]};
  evidence.folds = 2;
  evidence.settings = "weights: {force: 1}\n";
  const long columns = evidence.unknowns() + 1;
  evidence.groups.emplace(EvidenceKey{"cold", RowKind::force, 0}, made_factor(40, columns, seed));
  evidence.groups.emplace(EvidenceKey{"cold", RowKind::force, 1}, made_factor(6, columns, seed + 1));
  evidence.groups.emplace(EvidenceKey{"hot", RowKind::energy, 0}, made_factor(3, columns, seed + 2));
  return evidence;
}

}  // namespace carillon::testing
