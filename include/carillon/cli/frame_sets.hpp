#pragma once

#include <optional>
#include <string>
#include <vector>

#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// Frames that a fit or a training had for one purpose: `train`, `test`.
struct FrameSet {
  std::string name;
  std::vector<long> frames;
};

/// Those that hold no other elements than these, which are ascending: the frames that a model knows.
std::vector<long> frames_of_elements(const Dataset& data, const std::vector<long>& frames, const std::vector<Element>& elements);

/// What a person should know of frames that are not among those; empty where all are.
/// @param reason  why other elements are not known, after `they hold H, O`: `of which the recipe has no block`
std::string left_out_complaint(const Dataset& data, const std::vector<long>& frames, const std::vector<Element>& elements,
                               const std::string& reason);

/// split.json: which frames were in which set.
std::string split_json(const Dataset& data, const std::vector<FrameSet>& sets);

/// Evaluates a new model on the sets it was made with; writes metrics.{json,csv,md}, and of each set predictions_<name>.extxyz,
/// parity_<name>.csv and plots_<name>/, and prints the table. Sets without frames are left out. Collective; `folder` is set on
/// the root.
void evaluate_sets(const Session& session, const std::optional<OutputFolder>& folder, const Potential& potential,
                   const Dataset& data, const std::vector<FrameSet>& sets, bool plots);

}  // namespace carillon
