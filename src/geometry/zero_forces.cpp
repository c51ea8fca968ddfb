#include "carillon/geometry/zero_forces.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace carillon {
namespace {

constexpr double symmetric = 1e-3;  // positions with four digits leave some 1e-4
constexpr double relaxed = 0.05;    // rms of the components, eV/Å: where relaxations are usually stopped, or below

/// Forces of a relaxed structure may be zero to the digits that were written.
bool is_relaxed(const std::vector<Eigen::Vector3d>& forces) {
  double squares = 0;
  for (const Eigen::Vector3d& force : forces) squares += force.squaredNorm();
  return squares > 0 && squares < 3 * static_cast<double>(forces.size()) * relaxed * relaxed;
}

Finding constraint(const Structure& structure, long atom, const std::string& message) {
  Location where = structure.origin;
  where.atom = atom;
  const bool may_be_rounding = is_relaxed(*structure.forces);
  return {may_be_rounding ? Severity::warning : Severity::error, "zero_force", where, structure.label,
          fmt::format("{} though the structure is not symmetric: a constraint, {}", message,
                      may_be_rounding ? "or a relaxed structure written with few digits" : "or placeholders")};
}

bool any_zero(const std::vector<Eigen::Vector3d>& forces) {
  return std::any_of(forces.begin(), forces.end(), [](const Eigen::Vector3d& force) { return (force.array() == 0).any(); });
}

/// Along x, y or z every force is zero, and some atom's surroundings are lopsided.
bool is_constrained(const std::vector<Eigen::Vector3d>& forces, const std::vector<Eigen::Vector3d>& asymmetry, int axis) {
  return std::all_of(forces.begin(), forces.end(), [&](const Eigen::Vector3d& force) { return force[axis] == 0; }) &&
         std::any_of(asymmetry.begin(), asymmetry.end(),
                     [&](const Eigen::Vector3d& site) { return std::abs(site[axis]) > symmetric; });
}

}  // namespace

std::vector<Eigen::Vector3d> site_asymmetry(const NeighborList& neighbors) {
  std::vector<Eigen::Vector3d> out(neighbors.size(), Eigen::Vector3d::Zero());
  for (std::size_t i = 0; i < neighbors.size(); ++i)
    for (const Neighbor& neighbor : neighbors.neighbors(i)) {
      const double share = 1 - neighbor.distance / neighbors.cutoff();
      out[i] += share * share * share / neighbor.distance * neighbor.displacement;
    }
  return out;
}

std::vector<Finding> find_zero_forces(const Structure& structure, const NeighborList& neighbors) {
  if (!structure.forces || !any_zero(*structure.forces)) return {};
  const std::vector<Eigen::Vector3d>& forces = *structure.forces;
  const std::vector<Eigen::Vector3d> asymmetry = site_asymmetry(neighbors);
  std::vector<long> still;
  for (std::size_t i = 0; i < forces.size(); ++i)
    if (forces[i].isZero(0) && asymmetry[i].norm() > symmetric) still.push_back(static_cast<long>(i));
  const bool all_zero = std::all_of(forces.begin(), forces.end(), [](const Eigen::Vector3d& force) { return force.isZero(0); });
  if (all_zero && still.empty()) return {};
  if (all_zero) return {constraint(structure, -1, "all forces are exactly zero")};
  std::vector<Finding> findings;
  if (!still.empty())
    findings.push_back(constraint(structure, still.front(),
                                  still.size() == 1
                                      ? "the force is exactly zero"
                                      : fmt::format("the force, and that of {} more, is exactly zero", still.size() - 1)));
  for (int axis = 0; axis < 3; ++axis)
    if (is_constrained(forces, asymmetry, axis))
      findings.push_back(constraint(structure, -1, fmt::format("the force {} of every atom is exactly zero", "xyz"[axis])));
  return findings;
}

}  // namespace carillon
