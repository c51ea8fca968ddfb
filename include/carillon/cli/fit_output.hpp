#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

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

/// Copies the posteriors that lie in these block folders and are about blocks of the model as they are to `folder`/<block>;
/// blocks that have one there already keep it. A posterior that cannot be read is a warning. Root only.
void copy_posteriors(const std::string& folder, const std::vector<std::string>& block_folders, const Hierarchy& model);

/// For a result that may replace an earlier one: what is not of a model or block is never taken away, also where it has such a
/// name.
/// @throws InputError  `model` or `blocks/<name>` exists and is not a model's or a block's folder
void refuse_foreign_folders(const OutputFolder& folder, const std::vector<std::string>& blocks);

/// Has a result written beside an earlier one, and only then takes the earlier one away, as far as its names are known, also
/// files that the new one does not have. Whatever fails in `write` leaves the earlier result as it was. Other things in the
/// folder stay, and blocks with the same coefficients that this result did not fit (they may carry evidence). Root only.
/// @param write  writes into the folder it is given
/// @throws InputError  as refuse_foreign_folders; or a file would take the place of a folder
/// @throws FileError   also where putting in place failed: the new result then stays beside, and the message says where
void replace_result(const OutputFolder& folder, const FitResult& result, const std::function<void(const OutputFolder&)>& write);

/// Removes what a killed fit of `recipe` was writing into the folder just then.
void remove_unfinished_result(const OutputFolder& folder, const Recipe& recipe);

/// Evaluates the composed model on the frames it was fitted and tested on; writes metrics.{json,csv,md}, predictions and parity
/// plots of both, and prints the table. Collective; `folder` is set on the root.
void evaluate_fit(const Session& session, const std::optional<OutputFolder>& folder, const Dataset& data, const Split& split,
                  const FitResult& result, bool plots);

}  // namespace carillon
