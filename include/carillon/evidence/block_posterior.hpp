#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/solve/posterior.hpp"

namespace carillon {

/// How a block's coefficients follow those of another: of a parent, when it is fitted on what the parent leaves (docs/theory.md,
/// Eq. 17), or of a block that was fitted together with it and comes before it.
struct ParentSensitivity {
  std::string parent;    ///< name of that block
  std::string checksum;  ///< of its coefficients, with which the fit was made
  Matrix slope;          ///< dc_block/dc_parent, shape [block's columns, parent's columns], both in section order
};

/// Factors that a fit's rows had, so that rows of other frames can be weighed alike; 0: it had no rows of that kind.
struct LabelWeights {
  double force = 1;   ///< of rows in eV/Å
  double energy = 0;  ///< of rows in eV, its multiplicity in it
  double stress = 0;  ///< of rows in eV/Å³
  double shear = 0;   ///< of the stress rows yz, xz, xy
  bool energy_per_atom = false;
  bool stress_times_volume = false;

  bool operator==(const LabelWeights&) const = default;
};

/// What a fit leaves open about the coefficients of one block, given those of `parents` (docs/uncertainty.md). Together the
/// posteriors of blocks that were fitted together are the one distribution of all their coefficients (solve/posterior_chain.hpp).
struct BlockPosterior {
  std::string block;     ///< name
  std::string checksum;  ///< of the coefficients that the distribution is centred at
  Posterior posterior;   ///< columns in section order, coefficients in eV
  std::vector<ParentSensitivity> parents;
  LabelWeights weights = {};
};

/// A fitted step: its blocks in fitting order, and the columns of its unknowns.
struct PosteriorStep {
  const Posterior& posterior;
  const BasisSet& basis;
  const std::vector<Block>& blocks;
};

/// The posterior of a fitted step, block by block: each given those before it.
///
/// @throws ShapeError  the posterior has other columns than the basis; a block's section is not among them
/// Cost as posterior_chain().
std::vector<BlockPosterior> split_posterior(const PosteriorStep& step);

/// The same, with how the blocks follow their parents.
///
/// @param rows     factor of [A_step | A_parents | b], the weighted rows of the fit; b with what the parents give or without
/// @param parents  in the columns' order
/// @throws ShapeError  the factor has other columns
/// Cost as sensitivity() (posterior.hpp).
std::vector<BlockPosterior> split_posterior(const PosteriorStep& step, const TriangularFactor& rows,
                                            const std::vector<Block>& parents);

/// Posteriors on disk are the HDF5 file `posterior.h5` inside their block's folder; 4 columns² bytes, and 8 bytes for each number
/// of a parent's slope. docs/file_formats.md lists what is in it.
std::string posterior_path(const std::string& block_folder);

/// Writes the file as a whole or not at all.
/// @throws FileError  it cannot be written
void write_posterior(const std::string& path, const BlockPosterior& posterior);

/// @throws FileError   the file is missing or cannot be read
/// @throws InputError  not a posterior, another format version, or damaged; with the file's name and what is wrong
BlockPosterior read_posterior(const std::string& path);

/// @throws InputError  the distribution is about other coefficients or another block: the block was changed since
void check_posterior(const BlockPosterior& posterior, const Block& block);

/// @throws InputError  the block's slope by a parent is about other columns than those of the parent among `blocks`
void check_sensitivities(const BlockPosterior& posterior, const std::vector<Block>& blocks);

/// Draws sets of coefficients from the blocks' distributions: a parent's first, then each block's about what it would be with
/// that parent. Blocks without a posterior stay as they are.
///
/// @param blocks      in fitting order
/// @param posteriors  in any order; blocks may lack one
/// @return            `count` times the blocks; their provenance says which draw they are
/// @throws InputError  as check_posterior
/// The same numbers for the same seed and count.
std::vector<std::vector<Block>> sample_committee(const std::vector<Block>& blocks, const std::vector<BlockPosterior>& posteriors,
                                                 long count, std::uint64_t seed);

}  // namespace carillon
