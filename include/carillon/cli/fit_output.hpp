#pragma once

#include <optional>

#include "carillon/cli/output_folder.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/fit/pipeline.hpp"

namespace carillon {

/// Writes blocks/<name>/ for every block of the model, with the evidence of each step in the folder of its first block,
/// summary.json, and of each step its path over strengths and the price of the hierarchy. Root only.
void write_result(const OutputFolder& folder, const FitResult& result, bool overwrite);

/// Writes what a fit found: the same, posteriors of frozen blocks that have one, model/, recipe.yaml (resolved) and split.json.
/// Root only.
void write_fit(const OutputFolder& folder, const Recipe& recipe, const Dataset& data, const Split& split, const FitResult& result,
               bool overwrite);

/// Removes an earlier result from its folder, as far as its names are known: for results that do not write all files a fit
/// writes. Other things in the folder stay, and everything where it holds no model. Root only.
void remove_earlier_fit(const OutputFolder& folder);

/// Removes what a killed fit of `recipe` was writing into the folder just then.
void remove_unfinished_result(const OutputFolder& folder, const Recipe& recipe);

/// Evaluates the composed model on the frames it was fitted and tested on; writes metrics.{json,csv,md}, predictions and parity
/// plots of both, and prints the table. Collective; `folder` is set on the root.
void evaluate_fit(const Session& session, const std::optional<OutputFolder>& folder, const Dataset& data, const Split& split,
                  const FitResult& result, bool plots);

}  // namespace carillon
