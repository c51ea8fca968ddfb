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
/// @throws DomainError  no section; a section whose elements are not exactly the block's set; sections of different radial
///                      form, or with two Morse lengths for one element pair; a coefficient that is not finite
void check_block(const Block& block);

/// The same block with its sections in the order of files and composed models: number of atoms, then name.
Block in_section_order(const Block& block);

/// Splits sections of any element sets into blocks, in the order: fewer elements first, then by name; sections in section order.
///
/// @param coefficients  eV, [basis.columns()]
/// @throws ShapeError, DomainError  as check_block
std::vector<Block> split_into_blocks(const BasisSet& basis, const std::vector<double>& coefficients,
                                     const Provenance& provenance);

/// True where `a` comes before `b` in fitting order: fewer elements first, then by name.
bool in_fitting_order(const std::vector<Element>& a, const std::vector<Element>& b);

}  // namespace carillon
