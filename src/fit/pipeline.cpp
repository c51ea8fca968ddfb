#include "carillon/fit/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "carillon/evidence/evidence_file.hpp"
#include "carillon/fit/step_fit.hpp"

namespace carillon {
namespace {

/// A kill loses at most so much of a unit in work; keeping one costs seconds at worst (of 10,000 columns: about 1 GB).
constexpr std::chrono::minutes keep_open_units_every(5);

std::vector<Block>::iterator find_block(std::vector<Block>& blocks, const std::string& name) {
  return std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return block.name() == name; });
}

}  // namespace

Split split_frames(const Recipe& recipe, const Dataset& data) { return split_frames(recipe.split, data); }

FitResult run_fit(const Recipe& recipe, const Dataset& data, const std::vector<long>& train, const Communicator& world,
                  const FitObserver& observer, Checkpoint* checkpoint, const ParentEvidence& older) {
  const Recipe by_own_paths = with_own_paths(recipe);
  ComposeOptions options;
  if (recipe.penalty.scale > 0) options.penalty = recipe.penalty;
  options.absent = recipe.absent_blocks;
  FitResult result;
  std::vector<Block> blocks;
  ParentEvidence evidence;
  world.agree([&] {
    if (world.is_root())
      for (const auto& [name, file] : evidence_files(recipe))
        evidence[name] = std::make_shared<const Evidence>(read_evidence(file));
  });
  std::set<std::string> known(recipe.absent_blocks.begin(), recipe.absent_blocks.end());
  for (const StepSpec& step : recipe.steps) {
    known.insert(step.blocks.begin(), step.blocks.end());
    if (!step.frozen.empty()) {
      blocks.push_back(read_frozen_block(step.frozen, step.blocks.front()));
      observer.note(fmt::format("block {}: frozen, from {}", step.blocks.front(), step.frozen));
      StepReport& report = result.steps.emplace_back();
      report.blocks = step.blocks;
      report.frozen = true;
      continue;
    }
    StepCheckpoint kept(checkpoint, static_cast<long>(result.steps.size()) + 1, step.blocks, keep_open_units_every);
    const auto found = older.find(step.blocks.front());
    StepFit fit({by_own_paths, step, data, world, observer, checkpoint, evidence, found == older.end() ? nullptr : found->second},
                blocks, std::move(kept));
    result.steps.push_back(fit.run(train, known));
    for (const std::string& name : step.blocks) evidence[name] = result.steps.back().evidence;
    // Blocks fitted on what such a parent was before stay as they are: the recipe asks for it, and the parent's card tells.
    for (const Block& moved : fit.moved_parents()) *find_block(blocks, moved.name()) = moved;
    options.other_parents = options.other_parents || !fit.moved_parents().empty();
    blocks.insert(blocks.end(), fit.blocks().begin(), fit.blocks().end());
  }
  result.model = compose(std::move(blocks), options);
  return result;
}

}  // namespace carillon
