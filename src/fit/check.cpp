#include "carillon/fit/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "carillon/block/block.hpp"
#include "carillon/block/hierarchy.hpp"
#include "carillon/core/error.hpp"
#include "carillon/fit/frame_choice.hpp"
#include "carillon/fit/row_units.hpp"
#include "carillon/fit/step_sources.hpp"
#include "carillon/geometry/neighbor_list.hpp"

namespace carillon {
namespace {

/// A misspelt label would silently weigh or choose nothing.
void require_label(const std::string& label, const char* key, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), label) == known.end())
    throw InputError(fmt::format("unknown label '{}' in {}; known: {}", label, key, fmt::join(known, ", ")));
}

void check_labels(const StepSpec& step, const Dataset& data) {
  const std::vector<std::string> known = data.labels();
  for (const std::string& label : step.labels) require_label(label, "labels", known);
  for (const auto& [label, weight] : step.weights.labels) require_label(label, "weights", known);
}

/// @throws InputError  there is none
void check_rows(const StepSpec& step, const Dataset& data, const std::vector<long>& frames) {
  const bool any = std::any_of(frames.begin(), frames.end(),
                               [&](long frame) { return rows_of_frame(data.summary(frame), step.weights).total() > 0; });
  if (!any)
    throw InputError(
        "no training frame holds its elements, no interaction of a block that comes later, and labels with a weight");
}

/// The blocks that a step will add to the model; those to be fitted with zeros for coefficients.
std::vector<Block> checked_blocks(const Recipe& recipe, const StepSpec& step, const std::vector<Block>& earlier,
                                  const Dataset& data, const std::vector<long>& train, const std::set<std::string>& known) {
  if (!step.frozen.empty()) return {read_frozen_block(step.frozen, step.blocks.front())};
  check_labels(step, data);
  const BasisSet basis = blocks_basis(step.basis, step.blocks);
  (void)constraint_rows(step.solver.constraints, basis);  // knows which terms there are
  const std::vector<long> frames = frames_for_step(step, data, train, known);
  check_rows(step, data, frames);
  check_step_sources(recipe, step, parents_in_frames(earlier, data, frames), basis);
  (void)divide_into_units(data, frames, step, RowCost(basis));  // knows how many folds the frames can give
  return split_into_blocks(basis, std::vector<double>(static_cast<std::size_t>(basis.columns())), {});
}

/// Where the first step stands whose blocks have another radial form than those before it, for a complaint that they do not fit
/// together; the recipe's file where all have the same.
std::string place_of_other_form(const Recipe& recipe, const std::vector<RadialForm>& form_of_step) {
  for (std::size_t s = 1; s < form_of_step.size(); ++s)
    if (!(form_of_step[s] == form_of_step.front())) return fmt::format("{}:{}", recipe.file, recipe.steps[s].line);
  return recipe.file;
}

/// What a step has whose basis says nothing about its radial form.
std::string default_form() {
  const RadialForm form;
  const std::string fraction =
      form.smoothing.kind == SmoothingKind::tersoff ? fmt::format(" {}", form.smoothing.fraction) : std::string();
  return fmt::format("; where a recipe's basis does not say: coordinate {}, smoothing {}{}, below_inner {}",
                     to_string(form.coordinate), to_string(form.smoothing.kind), fraction, to_string(form.below_inner));
}

}  // namespace

void check_fit(const Recipe& recipe, const Dataset& data, const std::vector<long>& train) {
  std::vector<Block> blocks;
  std::vector<RadialForm> form_of_step;
  std::set<std::string> known(recipe.absent_blocks.begin(), recipe.absent_blocks.end());
  for (const StepSpec& step : recipe.steps) {
    known.insert(step.blocks.begin(), step.blocks.end());
    try {
      std::vector<Block> added = checked_blocks(recipe, step, blocks, data, train, known);
      form_of_step.push_back(added.front().basis.types().front().form());
      blocks.insert(blocks.end(), added.begin(), added.end());
    } catch (const Error& problem) {
      throw InputError(fmt::format("{}:{}: block {}: {}", recipe.file, step.line, fmt::join(step.blocks, " + "), problem.what()));
    }
  }
  try {
    (void)compose(std::move(blocks), {std::nullopt, recipe.absent_blocks});
  } catch (const InputError& problem) {
    const std::string place = place_of_other_form(recipe, form_of_step);
    throw InputError(place + ": " + problem.what() + (place == recipe.file ? "" : default_form()));
  }
}

void check_frames(const Dataset& data, const Communicator& world) {
  constexpr double close = 2;  // Å: few pairs, and few bins to find them in
  const long share = (data.size() - world.rank() + world.size() - 1) / world.size();
  parallel_for(share, [&](long k) { (void)NeighborList(data.read(world.rank() + k * world.size()), close); });
}

}  // namespace carillon
