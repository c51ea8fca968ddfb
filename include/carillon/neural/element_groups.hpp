#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "carillon/core/element.hpp"

namespace carillon {

/// Atoms of one element, which go through one network together.
struct ElementGroup {
  std::size_t element;              ///< number in the model
  std::vector<Eigen::Index> atoms;  ///< ascending, never empty
};

/// In the order of the model's elements; elements without atoms are left out.
/// @param elements  of the model, sorted
/// @throws DomainError  an element that the model does not have
std::vector<ElementGroup> element_groups(std::span<const Element> elements, std::span<const Element> species);

}  // namespace carillon
