#include "particles.hpp"

#include <string>

namespace carillon::kim {

Particles arrange(const std::vector<Element>& elements, std::span<const int> species, std::span<const int> contributing,
                  std::span<const double> coordinates) {
  Particles out;
  out.atoms.origin.file = "KIM particles";
  for (const bool wanted : {true, false}) {
    for (std::size_t i = 0; i < species.size(); ++i) {
      if ((contributing[i] != 0) != wanted) continue;
      const auto code = static_cast<std::size_t>(species[i]);
      if (code >= elements.size())
        throw InputError("particle " + std::to_string(i) + " has the unknown species code " + std::to_string(species[i]));
      out.atoms.species.push_back(elements[code]);
      out.atoms.positions.emplace_back(coordinates[3 * i], coordinates[3 * i + 1], coordinates[3 * i + 2]);
      out.number.push_back(i);
    }
    if (wanted) out.contributing = out.number.size();
  }
  return out;
}

}  // namespace carillon::kim
