#include "carillon/neural/element_groups.hpp"

#include <algorithm>

namespace carillon {

std::vector<ElementGroup> element_groups(const NetworkModel& model, std::span<const Element> species) {
  std::vector<ElementGroup> groups;
  for (std::size_t e = 0; e < model.elements.size(); ++e) groups.push_back({e, {}});
  for (std::size_t i = 0; i < species.size(); ++i)
    groups[model.element_number(species[i])].atoms.push_back(static_cast<Eigen::Index>(i));
  std::erase_if(groups, [](const ElementGroup& group) { return group.atoms.empty(); });
  return groups;
}

}  // namespace carillon
