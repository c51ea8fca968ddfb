#include "carillon/block/hierarchy.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "carillon/block/block_file.hpp"
#include "carillon/block/missing_blocks.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> names_of(const std::vector<Block>& blocks) {
  std::vector<std::string> names;
  for (const Block& block : blocks) names.push_back(block.name());
  return names;
}

std::vector<Element> elements_of(const std::vector<Block>& blocks) {
  std::vector<Element> elements;
  for (const Block& block : blocks) elements.insert(elements.end(), block.elements.begin(), block.elements.end());
  return unique_elements(elements);
}

int largest_cluster(const std::vector<Block>& blocks) {
  int atoms = 1;
  for (const Block& block : blocks) atoms = std::max(atoms, block.basis.max_atoms_in_type());
  return atoms;
}

/// `N-C` -> `C-N`, so that users may write element sets in any order.
std::string absent_set_name(const std::string& name) {
  try {
    return element_set_name(elements_of_name(name));
  } catch (const InputError& problem) {
    throw InputError(std::string("absent interaction: ") + problem.what());
  }
}

void refuse_repeated(const std::vector<Block>& blocks) {
  for (std::size_t b = 1; b < blocks.size(); ++b)
    if (blocks[b].elements == blocks[b - 1].elements) throw InputError("block " + blocks[b].name() + " is given twice");
}

std::string describe(const Smoothing& smoothing) {
  const std::string kind = to_string(smoothing.kind);
  return smoothing.kind == SmoothingKind::tersoff ? kind + " " + exact_text(smoothing.fraction) : kind;
}

void require_same_form(const Block& block, const Block& other) {
  const RadialForm a = block.basis.types().front().form();
  const RadialForm b = other.basis.types().front().form();
  const std::string both = "blocks " + block.name() + " and " + other.name() + " do not fit together: ";
  if (a.coordinate != b.coordinate)
    throw InputError(both + "their coordinates are " + to_string(a.coordinate) + " and " + to_string(b.coordinate));
  if (!(a.smoothing == b.smoothing))
    throw InputError(both + "their smoothing is " + describe(a.smoothing) + " and " + describe(b.smoothing));
  if (a.below_inner != b.below_inner)
    throw InputError(both + "below the inner cutoff one goes on with " + to_string(a.below_inner) + ", the other with " +
                     to_string(b.below_inner));
}

struct MorseLength {
  double lambda;
  std::string block;
};

void require_same_morse_lengths(const std::vector<Block>& blocks) {
  if (blocks.front().basis.types().front().form().coordinate != CoordinateKind::morse) return;
  std::map<std::string, MorseLength> length_of_pair;
  for (const Block& block : blocks)
    for (const ClusterType& type : block.basis.types())
      for (int p = 0; p < slot_count(type.atoms()); ++p) {
        const auto [i, j] = slot_atoms(type.atoms(), p);
        const std::string pair =
            cluster_name({type.elements()[static_cast<std::size_t>(i)], type.elements()[static_cast<std::size_t>(j)]});
        const double lambda = type.slots()[static_cast<std::size_t>(p)].lambda;
        const MorseLength& known = length_of_pair.try_emplace(pair, MorseLength{lambda, block.name()}).first->second;
        if (known.lambda != lambda)
          throw InputError("blocks " + known.block + " and " + block.name() +
                           " do not fit together: the morse length of the pair " + pair + " is " + exact_text(known.lambda) +
                           " and " + exact_text(lambda) + " Å");
      }
}

/// The message for a model that lacks blocks. A lone cross block is the common mistake, so it gets its own words.
std::string missing_message(const std::vector<Block>& blocks, const std::vector<std::string>& missing) {
  const std::string also =
      std::string("the model also needs the block") + (missing.size() > 1 ? "s " : " ") + comma_separated(missing);
  if (blocks.size() == 1)
    return "block " + blocks.front().name() + " cannot be used alone: it holds only the cross terms; " + also;
  return "the blocks " + comma_separated(names_of(blocks)) + " are not a whole model: " + also +
         ", unless named as absent (compose --absent, absent_blocks in a recipe)";
}

std::vector<std::string> checked_absent(const std::vector<std::string>& names, const std::vector<std::string>& needed,
                                        const std::vector<std::string>& given) {
  std::vector<std::string> normal;
  for (const std::string& name : names) {
    normal.push_back(absent_set_name(name));
    if (contains(given, normal.back())) throw InputError("block " + normal.back() + " is given, and also named as absent");
    if (!contains(needed, normal.back()))
      throw InputError("the interaction " + normal.back() + " is named as absent, but the model does not need it; it needs " +
                       comma_separated(needed));
  }
  std::vector<std::string> in_order;
  for (const std::string& name : needed)
    if (contains(normal, name)) in_order.push_back(name);
  return in_order;
}

/// A block makes up for the errors of the parents it was fitted on; another version of a parent makes other errors.
void require_own_parents(const std::vector<Block>& blocks) {
  for (const Block& block : blocks)
    for (const auto& [name, checksum] : block.provenance.parents) {
      const auto parent =
          std::find_if(blocks.begin(), blocks.end(), [&, wanted = name](const Block& b) { return b.name() == wanted; });
      if (parent == blocks.end() || block_checksum(*parent) == checksum) continue;
      throw InputError("block " + block.name() + " was fitted on what another block " + name +
                       " leaves than the one given (its checksum begins with " + checksum.substr(0, 8) +
                       "); fit it again on this one, or accept the combination (compose --other-parents)");
    }
}

Penalty checked_penalty(const Penalty& penalty) {
  if (!std::isfinite(penalty.distance) || penalty.distance < 0)
    throw InputError("penalty: the distance " + exact_text(penalty.distance) + " Å is not a number of zero or more");
  if (!std::isfinite(penalty.scale) || penalty.scale < 0)
    throw InputError("penalty: the scale " + exact_text(penalty.scale) + " eV/Å³ is not a number of zero or more");
  return penalty;
}

void add_subsets(const std::vector<Element>& elements, std::size_t size, std::size_t next, std::vector<Element>& chosen,
                 std::vector<std::vector<Element>>& subsets) {
  if (chosen.size() == size) {
    subsets.push_back(chosen);
    return;
  }
  for (std::size_t e = next; e < elements.size(); ++e) {
    chosen.push_back(elements[e]);
    add_subsets(elements, size, e + 1, chosen, subsets);
    chosen.pop_back();
  }
}

}  // namespace

std::vector<std::string> needed_blocks(const std::vector<Element>& elements, int largest) {
  const std::vector<Element> unique = unique_elements(elements);
  std::vector<std::vector<Element>> subsets;
  std::vector<Element> chosen;
  for (int size = 1; size <= largest; ++size) add_subsets(unique, static_cast<std::size_t>(size), 0, chosen, subsets);
  std::sort(subsets.begin(), subsets.end(), in_fitting_order);
  std::vector<std::string> names;
  for (const auto& subset : subsets) names.push_back(element_set_name(subset));
  return names;
}

std::vector<std::string> missing_blocks(const std::vector<Block>& blocks) {
  const std::vector<std::string> given = names_of(blocks);
  std::vector<std::string> missing = needed_blocks(elements_of(blocks), largest_cluster(blocks));
  std::erase_if(missing, [&](const std::string& name) { return contains(given, name); });
  return missing;
}

Hierarchy compose(std::vector<Block> blocks, const ComposeOptions& options) {
  if (blocks.empty()) throw InputError("a model needs at least one block");
  for (Block& block : blocks) {
    check_block(block);
    block = in_section_order(block);
  }
  std::sort(blocks.begin(), blocks.end(),
            [](const Block& a, const Block& b) { return in_fitting_order(a.elements, b.elements); });
  refuse_repeated(blocks);
  for (const Block& block : blocks) require_same_form(blocks.front(), block);
  require_same_morse_lengths(blocks);
  if (!options.other_parents) require_own_parents(blocks);

  Hierarchy model;
  model.elements = elements_of(blocks);
  model.absent = checked_absent(options.absent, needed_blocks(model.elements, largest_cluster(blocks)), names_of(blocks));
  std::vector<std::string> missing = missing_blocks(blocks);
  std::erase_if(missing, [&](const std::string& name) { return contains(model.absent, name); });
  if (!missing.empty()) throw InputError(missing_message(blocks, missing));

  if (options.penalty) model.penalty = checked_penalty(*options.penalty);
  model.blocks = std::move(blocks);
  return model;
}

void adopt_parents(std::vector<Block>& blocks) {
  for (Block& block : blocks)
    for (const Block& parent : blocks)
      if (const auto known = block.provenance.parents.find(parent.name()); known != block.provenance.parents.end())
        known->second = block_checksum(parent);
}

}  // namespace carillon
