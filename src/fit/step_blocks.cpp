#include "carillon/fit/step_blocks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "carillon/block/block_file.hpp"

namespace carillon {

std::string hold_text(const ParentSpec& spec, const Block& block) {
  std::vector<std::string> words;
  for (const ClusterType& section : block.basis.types()) {
    const ParentHold hold = spec.hold_of(block, section);
    if (hold.kind == ParentHold::Kind::soft) words.push_back(fmt::format("{} soft with dial {}", section.name(), hold.dial));
    if (hold.kind == ParentHold::Kind::free) words.push_back(section.name() + " free");
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<Block> moved_parents(const std::vector<Block>& before, std::span<const double> after, const ParentSpec& spec,
                                 const std::string& name) {
  std::vector<Block> moved;
  std::size_t next = 0;
  for (const Block& parent : before) {
    Block block = parent;
    const std::span<const double> own = after.subspan(next, block.coefficients.size());
    next += own.size();
    const std::string how = hold_text(spec, parent);
    if (how.empty()) continue;
    std::copy(own.begin(), own.end(), block.coefficients.begin());
    block.provenance.notes.push_back(
        fmt::format("moved in the fit of block {} ({}); before that block {}", name, how, block_checksum(parent)));
    moved.push_back(std::move(block));
  }
  return moved;
}

void note_moved_parents(Provenance& provenance, const std::vector<Block>& moved, const ParentSpec& spec) {
  for (const Block& parent : moved) {
    provenance.parents[parent.name()] = block_checksum(parent);
    provenance.notes.push_back(fmt::format("fitted together with block {} ({})", parent.name(), hold_text(spec, parent)));
  }
}

std::string solver_text(const std::string& method, const Summary& summary) {
  return fmt::format("{}, strength {:.6g} ({})", method, summary.lambda, summary.lambda_how);
}

}  // namespace carillon
