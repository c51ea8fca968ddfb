#pragma once

#include <fstream>
#include <sstream>

#include "carillon/block/block.hpp"
#include "support/random_models.hpp"

namespace carillon::testing {

/// The blocks of all element sets with terms of up to four atoms, random coefficients, and provenance with every field in use.
inline std::vector<Block> random_blocks(const std::vector<const char*>& symbols, unsigned seed = 1,
                                        const RandomBasisOptions& options = {}) {
  Provenance provenance;
  provenance.source = "fit";
  provenance.carillon_version = "0.1.0 (abc)";
  provenance.recipe_sha256 = "feed";
  provenance.solver = "ridge, strength 1e-3: \"cross-validated\"";
  provenance.data_sha256 = {{"a.extxyz", "beef"}};
  provenance.frames = {{"cold: 300 K", 12}, {"hot", 7}};
  provenance.parents = {{"Xe", "0123"}};  // of no model here
  provenance.distances = {{"C-C", {1.13, 4.05, 1234}}};
  provenance.notes = {"# not for melts", "a\nb"};
  const BasisSet basis = random_basis(elements(symbols), options);
  return split_into_blocks(basis, random_coefficients(basis, seed), provenance);
}

inline Block random_block(const std::string& name, const std::vector<const char*>& symbols, unsigned seed = 1) {
  for (const Block& block : random_blocks(symbols, seed))
    if (block.name() == name) return block;
  throw std::runtime_error("no block " + name);
}

inline std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Replaces the first `from` in the text by `to`; a test whose edit finds nothing would test nothing.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the text has no '" + from + "'");
  return text.replace(at, from.size(), to);
}

inline void edit_file(const std::string& path, const std::string& from, const std::string& to) {
  const std::string text = with(text_of(path), from, to);
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace carillon::testing
