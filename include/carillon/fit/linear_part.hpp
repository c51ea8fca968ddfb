#pragma once

#include <functional>
#include <string>
#include <vector>

#include "carillon/block/hierarchy.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/design/structure_rows.hpp"
#include "carillon/evidence/block_posterior.hpp"
#include "carillon/solve/information.hpp"

namespace carillon {

/// A part of a model in which it is linear, and what is known of its coefficients: a block with its posterior, or the last layer
/// of a network. What else labels could tell about it is a question that does not depend on what it is (frame_selection.hpp).
struct LinearPart {
  std::string name;                                      ///< of the block or network
  std::function<bool(const FrameSummary& frame)> meets;  ///< whether it has rows for the frame
  std::function<StructureRows(const Structure& structure)> rows;
  LabelWeights weights;
  Information known;
};

/// The blocks of a model that have a posterior.
/// @param wanted       names; empty: all
/// @throws InputError  a block named is not there or has no posterior; a posterior of other coefficients; none at all
std::vector<LinearPart> block_parts(const Hierarchy& model, const std::vector<BlockPosterior>& posteriors,
                                    const std::vector<std::string>& wanted);

}  // namespace carillon
