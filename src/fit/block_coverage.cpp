#include "carillon/fit/block_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/exchange/chimes_params.hpp"

namespace carillon {
namespace {

Finding says_nothing(const Block& block) {
  return {Severity::note, "coverage", Location(), "",
          fmt::format("block {} does not say which distances its data covered", block.name())};
}

/// At the closest two atoms of all frames; how many more there are is in the message.
Finding uncovered(const Block& block, const ElementPair& pair, double covered, const PairDistribution& distribution) {
  const PairHistogram& histogram = distribution.histograms().at(pair);
  return {Severity::warning, "coverage", histogram.nearest, "",
          fmt::format("the {} distance to atom {} is {:.3f} Å, but block {} was fitted on distances from {:.3f} Å on ({} of {} "
                      "pairs are below)",
                      pair_name(pair), histogram.nearest_other, histogram.smallest, block.name(), covered,
                      histogram.pairs_below(covered, distribution.width()), histogram.pairs())};
}

bool has_pair(const Block& block, const ElementPair& pair) {
  const auto has = [&](Element element) {
    return std::find(block.elements.begin(), block.elements.end(), element) != block.elements.end();
  };
  return has(pair.first) && has(pair.second);
}

/// Of exactly the pair's elements, or else the first that has both.
const Block* block_of(const std::vector<Block>& blocks, const ElementPair& pair) {
  const std::vector<Element> elements = unique_elements({pair.first, pair.second});
  const Block* found = nullptr;
  for (const Block& block : blocks) {
    if (block.elements == elements) return &block;
    if (!found && has_pair(block, pair)) found = &block;
  }
  return found;
}

}  // namespace

std::vector<Block> read_blocks(const std::vector<std::string>& paths) {
  std::vector<Block> blocks;
  for (const std::string& path : paths) {
    if (!std::filesystem::exists(path)) throw FileError(path + ": cannot be opened: no such file or folder");
    if (std::filesystem::is_directory(path)) {
      if (!is_block_folder(path)) throw InputError(path + ": is not a block folder (block.yaml)");
      blocks.push_back(read_block(path));
      continue;
    }
    for (Block& block : to_blocks(read_chimes_params(path))) blocks.push_back(std::move(block));
  }
  return blocks;
}

std::map<ElementPair, double> inner_cutoffs(const std::vector<Block>& blocks) {
  std::map<ElementPair, double> pairs;
  std::map<ElementPair, double> clusters;
  for (const Block& block : blocks)
    for (const ClusterType& type : block.basis.types())
      for (int p = 0; p < slot_count(type.atoms()); ++p) {
        const auto [a, b] = slot_atoms(type.atoms(), p);
        const ElementPair pair =
            element_pair(type.elements()[static_cast<std::size_t>(a)], type.elements()[static_cast<std::size_t>(b)]);
        double& inner = (type.atoms() == 2 ? pairs : clusters)[pair];
        inner = std::max(inner, type.slots()[static_cast<std::size_t>(p)].inner);
      }
  pairs.insert(clusters.begin(), clusters.end());  // adds what has no two-body terms
  return pairs;
}

std::vector<bool> known_offsets(const std::vector<Block>& blocks, const std::vector<Element>& elements) {
  std::vector<bool> known(elements.size(), false);
  for (const Block& block : blocks)
    for (const ClusterType& type : block.basis.types())
      for (std::size_t e = 0; e < elements.size(); ++e)
        if (type.atoms() == 1 && type.elements().front() == elements[e]) known[e] = true;
  return known;
}

std::vector<Finding> find_uncovered_distances(const std::vector<Block>& blocks, const PairDistribution& distribution) {
  std::vector<Finding> findings;
  std::set<std::string> silent;  // blocks that say nothing of distances
  for (const auto& [pair, histogram] : distribution.histograms()) {
    const Block* block = histogram.pairs() > 0 ? block_of(blocks, pair) : nullptr;
    if (!block) continue;
    const auto covered = block->provenance.distances.find(pair_name(pair));
    if (covered == block->provenance.distances.end()) {
      if (silent.insert(block->name()).second) findings.push_back(says_nothing(*block));
      continue;
    }
    if (histogram.smallest > covered->second.smallest - distribution.width()) continue;
    findings.push_back(uncovered(*block, pair, covered->second.smallest, distribution));
  }
  return findings;
}

}  // namespace carillon
