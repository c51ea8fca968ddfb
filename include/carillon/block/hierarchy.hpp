#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/basis/penalty.hpp"
#include "carillon/block/block.hpp"

namespace carillon {

struct ComposeOptions {
  /// Penalty of the composed model; without it the model has none.
  std::optional<Penalty> penalty;
  /// Element sets that may lack a block, because the interaction is meant to be absent: `C-H-N`.
  std::vector<std::string> absent;
  /// Also takes a block together with other parents than those that were subtracted before its fit.
  bool other_parents = false;
};

/// Blocks that fit together and are complete: what can be evaluated and exported as a model.
struct Hierarchy {
  std::vector<Element> elements;    ///< sorted
  std::vector<Block> blocks;        ///< fewer elements first, then by name; their sections in section order
  Penalty penalty;                  ///< scale 0: none
  std::vector<std::string> absent;  ///< in fitting order

  RadialForm form() const { return blocks.front().basis.types().front().form(); }
};

/// The blocks a set of elements needs: all non-empty subsets of up to `largest` elements, in fitting order.
///
/// @param largest  atoms in the largest cluster type of the model: with pairs alone, three elements need no C-H-N
std::vector<std::string> needed_blocks(const std::vector<Element>& elements, int largest);

/// Puts blocks together, in any order, after checking that they agree.
///
/// @throws InputError  naming the reason: no block; the same block twice; a block the element set needs is missing (a bare C-N
///                     block has no C-C and N-N interaction); blocks with another coordinate, smoothing or behaviour below the
///                     inner cutoff; another Morse length for one element pair; `absent` naming a block that is given or that
///                     is not needed; a penalty out of range; a block that was fitted on what another version of a
///                     parent leaves, unless `other_parents`
/// @throws ShapeError, DomainError  as check_block
/// The energy of the result is the sum of the blocks' energies (docs/theory.md, Eq. 9) plus the penalty, once.
Hierarchy compose(std::vector<Block> blocks, const ComposeOptions& options = {});

/// Lets every block stand on the versions of its parents that are given: for blocks that were changed together.
/// @param blocks  in fitting order, so that parents are settled before the blocks that stand on them
void adopt_parents(std::vector<Block>& blocks);

}  // namespace carillon
