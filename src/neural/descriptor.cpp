#include "carillon/neural/descriptor.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"

namespace carillon {

Descriptor::Descriptor(std::vector<Element> elements, int radial_functions, int angular_functions)
    : elements_(unique_elements(std::move(elements))),
      radial_functions_(radial_functions),
      angular_functions_(angular_functions) {
  if (elements_.empty()) throw DomainError("a descriptor needs at least one element");
  // Symmetric about 0, which is left out when there are as many below as above: no two elements alike, none without effect.
  const int count = static_cast<int>(elements_.size());
  for (int e = 0; e < count; ++e) {
    const int twice = 2 * e - (count - 1);
    weights_.push_back(count % 2 == 1 ? twice / 2 : (twice > 0 ? (twice + 1) / 2 : (twice - 1) / 2));
  }
}

double Descriptor::weight(Element element) const {
  const auto found = std::lower_bound(elements_.begin(), elements_.end(), element);
  if (found == elements_.end() || *found != element)
    throw DomainError("the descriptor knows no element " + std::string(element.symbol()));
  return weights_[static_cast<std::size_t>(found - elements_.begin())];
}

}  // namespace carillon
