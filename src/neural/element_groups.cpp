#include "carillon/neural/element_groups.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// Place of an element among those of a model.
std::size_t element_number(std::span<const Element> elements, Element element) {
  const auto found = std::lower_bound(elements.begin(), elements.end(), element);
  if (found == elements.end() || *found != element)
    throw DomainError("the network has no element " + std::string(element.symbol()));
  return static_cast<std::size_t>(found - elements.begin());
}

}  // namespace

std::vector<ElementGroup> element_groups(std::span<const Element> elements, std::span<const Element> species) {
  std::vector<ElementGroup> groups;
  for (std::size_t e = 0; e < elements.size(); ++e) groups.push_back({e, {}});
  for (std::size_t i = 0; i < species.size(); ++i)
    groups[element_number(elements, species[i])].atoms.push_back(static_cast<Eigen::Index>(i));
  std::erase_if(groups, [](const ElementGroup& group) { return group.atoms.empty(); });
  return groups;
}

}  // namespace carillon
