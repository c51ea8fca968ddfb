#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/block/block.hpp"
#include "carillon/core/progress.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/energy_offsets.hpp"
#include "carillon/data/finding.hpp"
#include "carillon/data/frame_facts.hpp"
#include "carillon/fit/label_check.hpp"
#include "carillon/fit/suggest_basis.hpp"
#include "carillon/geometry/pair_distribution.hpp"

namespace carillon {

struct AuditOptions {
  std::vector<Block> blocks;            ///< to be frozen: their inner cutoffs, offsets and covered distances count
  std::map<ElementPair, double> inner;  ///< Å, over those of the blocks
  double reach = 8;                     ///< Å, of the pair distribution
};

/// What an audit found, and what it was found from (docs/audit.md).
struct AuditReport {
  std::vector<Finding> findings;  ///< errors first, then warnings and notes; within each in the order of checks and frames
  std::vector<FrameFacts> facts;  ///< [frames]
  EnergyOffsets offsets;
  PairDistribution distribution;
  std::optional<SuggestedBasis> suggested;  ///< nothing when no two atoms are within reach
  LabelCheck labels;                        ///< without frames when no frame has forces

  long count(Severity severity) const;
};

/// Makes a progress callback for a stage of the work; may be empty.
using ProgressMaker = std::function<ProgressCallback(const std::string& title)>;

/// Runs all checks over a data set. The library says what it found; it changes nothing.
///
/// Every frame is read two or three times and evaluated once with a small model; memory grows by some 3 kB a frame.
/// @throws Interrupted  a signal came
AuditReport audit(const Dataset& data, const AuditOptions& options = {}, const ProgressMaker& progress = {});

}  // namespace carillon
