#include "carillon/potential/simulator_atoms.hpp"

#include <Eigen/Geometry>
#include <string>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

using Box = Eigen::AlignedBox3d;

Eigen::Vector3d position(const SimulatorAtoms& given, std::size_t i) {
  return {given.coordinates[3 * i], given.coordinates[3 * i + 1], given.coordinates[3 * i + 2]};
}

void add(const std::vector<Element>& elements, const SimulatorAtoms& given, std::size_t i, Domain& out) {
  const auto code = static_cast<std::size_t>(given.codes[i]);
  if (code >= elements.size())
    throw InputError("atom " + std::to_string(i) + " has the number " + std::to_string(given.codes[i]) + " of no element");
  out.atoms.species.push_back(elements[code]);
  out.atoms.positions.push_back(position(given, i));
  out.number.push_back(i);
}

}  // namespace

Domain domain_of(const std::vector<Element>& elements, const SimulatorAtoms& given, double cutoff) {
  Domain out;
  out.atoms.origin.file = "the simulator's atoms";
  Box box;
  for (std::size_t i = 0; i < given.codes.size(); ++i) {
    if (given.owned[i] == 0 || given.codes[i] < 0) continue;
    add(elements, given, i, out);
    box.extend(out.atoms.positions.back());
  }
  out.owned = out.number.size();
  if (out.owned == 0) return out;
  for (std::size_t i = 0; i < given.codes.size(); ++i)
    if (given.owned[i] == 0 && given.codes[i] >= 0 && box.squaredExteriorDistance(position(given, i)) < cutoff * cutoff)
      add(elements, given, i, out);
  return out;
}

}  // namespace carillon
