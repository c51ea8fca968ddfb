#include "carillon/fit/step_sources.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/evidence/evidence_file.hpp"
#include "carillon/exchange/chimes_params.hpp"

namespace carillon {
namespace {

std::vector<Block> blocks_at(const std::string& path) {
  if (std::filesystem::is_directory(path)) return {read_block(path)};
  return to_blocks(read_chimes_params(path));
}

const StepSpec& step_of(const Recipe& recipe, const std::string& block) {
  for (const StepSpec& step : recipe.steps)
    if (std::find(step.blocks.begin(), step.blocks.end(), block) != step.blocks.end()) return step;
  throw InputError("no step holds block " + block);
}

void require_evidence(const Recipe& recipe, const std::string& block) {
  const StepSpec& source = step_of(recipe, block);
  if (source.frozen.empty() && source.evidence == EvidenceLevel::none)
    throw InputError(
        fmt::format("parents: the evidence of block {} is asked for, but its step keeps none ('evidence: groups')", block));
  if (!source.frozen.empty() && !std::filesystem::exists(evidence_path(source.frozen)))
    throw InputError(fmt::format("parents: the evidence of block {} is asked for, but {} holds none", block, source.frozen));
}

}  // namespace

Block read_frozen_block(const std::string& path, const std::string& name) {
  if (std::filesystem::is_directory(path)) {
    Block block = read_block(path);
    if (block.name() != name) throw InputError(path + ": holds block " + block.name() + ", not " + name);
    return block;
  }
  std::vector<std::string> held;
  for (Block& block : to_blocks(read_chimes_params(path))) {
    if (block.name() == name) return std::move(block);
    held.push_back(block.name());
  }
  throw InputError(fmt::format("{}: holds no block {}; it holds {}", path, name, fmt::join(held, ", ")));
}

std::vector<Block> parents_in_frames(const std::vector<Block>& earlier, const Dataset& data, const std::vector<long>& frames) {
  std::vector<Block> parents;
  for (const Block& block : earlier) {
    const bool met = std::any_of(frames.begin(), frames.end(), [&](long frame) {
      const std::vector<Element>& elements = data.summary(frame).elements;
      return std::includes(elements.begin(), elements.end(), block.elements.begin(), block.elements.end());
    });
    if (met) parents.push_back(in_section_order(block));
  }
  return parents;
}

CarriedPrior prior_of_step(const StepSpec& step, const BasisSet& basis) {
  if (step.prior.from.empty()) return {};
  std::vector<Block> sources;
  for (const std::string& path : step.prior.from)
    for (Block& block : blocks_at(path)) sources.push_back(std::move(block));
  CarriedPrior carried = carry_prior(sources, basis, step.prior);
  for (const Block& source : sources)
    carried.notes.push_back(
        fmt::format("prior: drawn to the coefficients of block {} ({})", source.name(), block_checksum(source)));
  return carried;
}

void check_step_sources(const Recipe& recipe, const StepSpec& step, const std::vector<Block>& parents, const BasisSet& basis) {
  check_parent_spec(step.parents, parents);
  for (const auto& [name, factor] : step.parents.evidence) require_evidence(recipe, name);
  (void)prior_of_step(step, basis);
}

std::map<std::string, std::string> evidence_files(const Recipe& recipe) {
  std::map<std::string, std::string> files;
  for (const StepSpec& step : recipe.steps)
    for (const auto& [name, factor] : step.parents.evidence)
      if (const StepSpec& source = step_of(recipe, name); !source.frozen.empty()) files[name] = evidence_path(source.frozen);
  return files;
}

std::map<std::string, std::string> source_identities(const Recipe& recipe) {
  std::map<std::string, std::string> identities;
  for (const auto& [name, file] : evidence_files(recipe)) identities["evidence of block " + name] = sha256_of_file(file);
  for (const StepSpec& step : recipe.steps)
    for (const std::string& path : step.prior.from)
      for (const Block& block : blocks_at(path))
        identities[fmt::format("prior {} block {}", path, block.name())] = block_checksum(block);
  return identities;
}

}  // namespace carillon
