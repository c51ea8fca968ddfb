#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "carillon/neural/network_model.hpp"

namespace carillon {

/// Atoms of one element, which go through one network together.
struct ElementGroup {
  std::size_t element;              ///< number in the model
  std::vector<Eigen::Index> atoms;  ///< ascending, never empty
};

/// In the order of the model's elements; elements without atoms are left out.
/// @throws DomainError  an element that the model does not have
std::vector<ElementGroup> element_groups(const NetworkModel& model, std::span<const Element> species);

}  // namespace carillon
