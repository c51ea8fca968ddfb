#pragma once

#include "carillon/data/structure.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/design/weights.hpp"
#include "carillon/evidence/block_posterior.hpp"
#include "carillon/solve/matrix.hpp"

namespace carillon {

/// What a posterior has to keep of a fit's weights.
LabelWeights label_weights(const Weights& weights);

/// A frame's rows by one block (or whatever made them), as columns for Information, weighted as in the block's fit: 3N forces,
/// then those of stress (Voigt order) and energy that the fit had; shape [columns, 3N to 3N + 7]. A frame without a volume has no
/// stress rows.
///
/// @param forces_only  leave stress and energy out
Matrix label_rows(const StructureRows& rows, const LabelWeights& weights, const Structure& structure, bool forces_only = false);
/// Cost and memory of the design rows.
Matrix label_rows(const MomentRows& rows, const LabelWeights& weights, const Structure& structure, bool forces_only = false);

}  // namespace carillon
