#pragma once

#include <memory>
#include <string>
#include <vector>

#include "carillon/fit/pipeline.hpp"

namespace carillon {

/// A fit from evidence instead of data.
struct RefitRequest {
  Evidence evidence;               ///< groups on the root; the rest on all ranks
  StepSettings settings;           ///< those of the evidence, with what is to change
  std::vector<Block> parents;      ///< in place of those of the same name in the evidence
  ParentEvidence parent_evidence;  ///< for settings.parents.evidence
  bool price = false;
};

struct RefitResult {
  StepReport report;
  std::vector<Block> blocks;   ///< fitted
  std::vector<Block> parents;  ///< in the evidence's columns' order, moved or not
};

/// The settings that evidence was made with, changed by a YAML mapping with the keys `weights`, `solver`, `labels`,
/// `drop_labels`, `parents`, `prior_dial` (docs/evidence.md).
/// @throws InputError  with file:line; a label to drop that is not there
StepSettings changed_settings(const Evidence& evidence, StepSettings settings, const Yaml& changes);

/// Blocks in place of the evidence's parents: whatever coefficients they have, the rows stay true (Eq. 10).
/// @throws InputError  a block that is no parent there, or whose sections differ: its columns are not in the rows
void replace_parents(Evidence& evidence, const std::vector<Block>& parents);

/// What a fit from the data gives, up to rounding: the same solver on the same rows (docs/theory.md, Eq. 10). Collective.
///
/// Two things differ on purpose: frames stay in the folds they have been in, and reference and target forces are not told by
/// state point.
/// @throws InputError  what the evidence cannot give, with the reason
RefitResult refit(RefitRequest request, const Communicator& world);

/// The evidence of two fits as one, with the settings of the first.
/// @param parents  blocks that will replace parents: for these it does not matter whether the two fits agree
/// @throws InputError  as absorb_evidence; fits on top of different versions of a parent
Evidence merged_evidence(Evidence first, const Evidence& second, const std::vector<Block>& parents);

}  // namespace carillon
