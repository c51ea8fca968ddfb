#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/block/provenance.hpp"

namespace carillon {

/// The reusable unit of a potential: all cluster types whose *set* of elements is exactly the block's set, with coefficients.
/// Block C = {C, CC, CCC, CCCC}; block C-N = {CN, CCN, CNN, CCCN, CCNN, CNNN}. Each cluster type is a section.
struct Block {
  std::vector<Element> elements;     ///< sorted
  BasisSet basis;                    ///< the sections, in order of size and then by name
  std::vector<double> coefficients;  ///< eV, [basis.columns()]
  Provenance provenance;

  std::string name() const { return element_set_name(elements); }  ///< `C-N`
};

/// @throws ShapeError   coefficients and columns differ in number
/// @throws DomainError  a section whose elements are not exactly the block's set, a coefficient that is not finite
void check_block(const Block& block);

/// Splits sections of any element sets into blocks, in the order: fewer elements first, then by name.
///
/// @param coefficients  eV, [basis.columns()]
std::vector<Block> split_into_blocks(const BasisSet& basis, const std::vector<double>& coefficients, const Provenance& provenance);

}  // namespace carillon
