#include "carillon/block/block.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

void check_sections(const Block& block) {
  const auto& types = block.basis.types();
  if (types.empty()) throw DomainError("block " + block.name() + ": it has no sections");
  for (const ClusterType& type : types) {
    if (unique_elements(type.elements()) != block.elements)
      throw DomainError("block " + block.name() + ": section " + type.name() + " has other elements than the block");
    if (!(type.form() == types.front().form()))
      throw DomainError("block " + block.name() + ": sections " + types.front().name() + " and " + type.name() +
                        " differ in coordinate, smoothing or behaviour below the inner cutoff");
  }
}

void check_morse_lengths(const Block& block) {
  if (block.basis.types().front().form().coordinate != CoordinateKind::morse) return;
  std::map<std::string, double> lambda_of_pair;
  for (const ClusterType& type : block.basis.types())
    for (int p = 0; p < slot_count(type.atoms()); ++p) {
      const auto [a, b] = slot_atoms(type.atoms(), p);
      const std::string pair =
          cluster_name({type.elements()[static_cast<std::size_t>(a)], type.elements()[static_cast<std::size_t>(b)]});
      const double lambda = type.slots()[static_cast<std::size_t>(p)].lambda;
      const double known = lambda_of_pair.try_emplace(pair, lambda).first->second;
      if (known != lambda)
        throw DomainError("block " + block.name() + ": the pair " + pair + " has the morse lengths " + exact_text(known) +
                          " and " + exact_text(lambda) + " in different sections");
    }
}

}  // namespace

void check_block(const Block& block) {
  check_sections(block);
  check_morse_lengths(block);
  const auto columns = static_cast<std::size_t>(block.basis.columns());
  if (block.coefficients.size() != columns)
    throw ShapeError("block " + block.name() + ": expected " + std::to_string(columns) + " coefficients, found " +
                     std::to_string(block.coefficients.size()));
  for (std::size_t c = 0; c < columns; ++c)
    if (!std::isfinite(block.coefficients[c]))
      throw DomainError("block " + block.name() + ": the coefficient of " + block.basis.column_name(static_cast<int>(c)) +
                        " is " + exact_text(block.coefficients[c]));
}

Block in_section_order(const Block& block) {
  const auto& types = block.basis.types();
  std::vector<std::size_t> order(types.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(types[a].atoms(), types[a].name()) < std::tuple(types[b].atoms(), types[b].name());
  });
  Block out{block.elements, {}, {}, block.provenance};
  std::vector<ClusterType> sorted;
  for (const std::size_t t : order) {
    sorted.push_back(types[t]);
    const auto first = block.coefficients.begin() + block.basis.first_column(t);
    out.coefficients.insert(out.coefficients.end(), first, first + types[t].columns());
  }
  out.basis = BasisSet(std::move(sorted));
  return out;
}

bool in_fitting_order(const std::vector<Element>& a, const std::vector<Element>& b) {
  return std::tuple(a.size(), element_set_name(a)) < std::tuple(b.size(), element_set_name(b));
}

std::vector<Block> split_into_blocks(const BasisSet& basis, const std::vector<double>& coefficients,
                                     const Provenance& provenance) {
  if (coefficients.size() != static_cast<std::size_t>(basis.columns()))
    throw ShapeError("expected " + std::to_string(basis.columns()) + " coefficients, found " +
                     std::to_string(coefficients.size()));
  std::vector<Block> blocks;
  std::vector<std::vector<ClusterType>> sections;
  for (std::size_t t = 0; t < basis.types().size(); ++t) {
    const ClusterType& type = basis.types()[t];
    const std::vector<Element> elements = unique_elements(type.elements());
    auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.elements == elements; });
    if (block == blocks.end()) {
      block = blocks.insert(blocks.end(), Block{elements, {}, {}, provenance});
      sections.emplace_back();
    }
    sections[static_cast<std::size_t>(block - blocks.begin())].push_back(type);
    const auto first = coefficients.begin() + basis.first_column(t);
    block->coefficients.insert(block->coefficients.end(), first, first + type.columns());
  }
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    blocks[b].basis = BasisSet(std::move(sections[b]));
    blocks[b] = in_section_order(blocks[b]);
    check_block(blocks[b]);
  }
  std::sort(blocks.begin(), blocks.end(),
            [](const Block& a, const Block& b) { return in_fitting_order(a.elements, b.elements); });
  return blocks;
}

}  // namespace carillon
