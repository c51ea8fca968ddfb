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
};

/// Blocks that fit together and are complete: what can be evaluated and exported as a model.
struct Hierarchy {
  std::vector<Element> elements;  ///< sorted
  std::vector<Block> blocks;      ///< fewer elements first, then by name
  Penalty penalty;                ///< scale 0: none
  std::vector<std::string> absent;

  RadialForm form() const { return blocks.front().basis.types().front().form(); }
};

/// The blocks a set of elements needs: all non-empty subsets of up to `largest` elements, in fitting order.
std::vector<std::string> needed_blocks(const std::vector<Element>& elements, int largest);

/// Puts blocks together after checking that they agree.
///
/// @throws InputError  naming the reason: the same block twice; a block the element set needs is missing (a bare C-N block has
///                     no C-C and N-N interaction); blocks with another coordinate, smoothing or behaviour below the inner
///                     cutoff; another Morse length for one element pair
/// The energy of the result is the sum of the blocks' energies (docs/theory.md, Eq. 9) plus the penalty, once.
Hierarchy compose(std::vector<Block> blocks, const ComposeOptions& options = {});

}  // namespace carillon
