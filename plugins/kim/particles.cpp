#include "particles.hpp"

#include <string>

namespace carillon::kim {
namespace {

Eigen::Vector3d position(const GivenParticles& given, std::size_t i) {
  return {given.coordinates[3 * i], given.coordinates[3 * i + 1], given.coordinates[3 * i + 2]};
}

void add(const std::vector<Element>& elements, const GivenParticles& given, std::size_t i, Particles& out) {
  const auto code = static_cast<std::size_t>(given.species[i]);
  if (code >= elements.size())
    throw InputError("particle " + std::to_string(i) + " has the unknown species code " + std::to_string(given.species[i]));
  out.atoms.species.push_back(elements[code]);
  out.atoms.positions.push_back(position(given, i));
  out.number.push_back(i);
}

}  // namespace

Particles arrange(const std::vector<Element>& elements, const GivenParticles& given,
                  const std::function<std::span<const int>(std::size_t)>& neighbors, double cutoff) {
  Particles out;
  out.atoms.origin.file = "KIM particles";
  // A simulator keeps more ghosts than a potential reaches, so that it need not look for new ones at every step.
  std::vector<bool> is_near(given.species.size(), false);
  for (std::size_t i = 0; i < given.species.size(); ++i) {
    if (given.contributing[i] == 0) continue;
    add(elements, given, i, out);
    for (const int neighbor : neighbors(i)) {
      const auto other = static_cast<std::size_t>(neighbor);
      is_near[other] = is_near[other] || (position(given, other) - position(given, i)).squaredNorm() < cutoff * cutoff;
    }
  }
  out.contributing = out.number.size();
  for (std::size_t i = 0; i < given.species.size(); ++i)
    if (given.contributing[i] == 0 && is_near[i]) add(elements, given, i, out);
  return out;
}

}  // namespace carillon::kim
