#include "carillon/data/placeholder_labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/units.hpp"

namespace carillon {
namespace {

constexpr int digits_compared = 10;

void add(std::vector<Finding>& findings, Severity severity, const Structure& frame, long atom, const std::string& message) {
  Location where = frame.origin;
  where.atom = atom;
  findings.push_back({severity, "placeholder", where, frame.label, message});
}

/// As read, and in the unit of the field's files.
bool is_placeholder_in(double value, double to_file_unit) {
  return is_placeholder(value) || is_placeholder(value * to_file_unit);
}

void check_forces(const Structure& frame, std::vector<Finding>& findings) {
  const auto& forces = *frame.forces;
  for (std::size_t i = 0; i < forces.size(); ++i)
    for (int axis = 0; axis < 3; ++axis)
      if (is_placeholder_in(forces[i][axis], 1 / units::hartree_per_bohr_to_ev_per_angstrom)) {
        add(findings, Severity::error, frame, static_cast<long>(i),
            fmt::format("the force {} is {}, which looks like a placeholder", "xyz"[axis], forces[i][axis]));
        return;
      }
}

/// An atom without neighbours: where energies are counted from free atoms, its energy is zero, and so is its stress.
bool is_free_atom(const Structure& frame) {
  constexpr double dilute = 200;  // Å³
  return frame.size() == 1 && (!frame.cell.any_periodic() || frame.cell.volume() > dilute);
}

void check_stress(const Structure& frame, std::vector<Finding>& findings) {
  const Eigen::Matrix3d& stress = *frame.stress;
  const auto looks_bad = [](double x) { return is_placeholder_in(x, units::ev_per_cubic_angstrom_to_gpa); };
  if (std::any_of(stress.data(), stress.data() + 9, looks_bad))
    add(findings, Severity::error, frame, -1, "the stress holds a number that looks like a placeholder");
  else if (stress.isZero(0) && !is_free_atom(frame))
    add(findings, Severity::warning, frame, -1, "the stress is exactly zero, which looks like a placeholder");
}

}  // namespace

bool is_placeholder(double value) {
  const double size = std::abs(value);
  if (!(size >= 999 * (1 - 1e-9))) return false;
  if (size >= 1e10) return true;
  std::string digits = fmt::format("{:.{}g}", size, digits_compared);
  std::erase(digits, '.');
  if (std::all_of(digits.begin(), digits.end(), [](char c) { return c == '9'; })) return true;
  return size > 9.9e4 && digits.front() == '1' && std::all_of(digits.begin() + 1, digits.end(), [](char c) { return c == '0'; });
}

std::vector<Finding> find_placeholder_labels(const Structure& frame) {
  std::vector<Finding> findings;
  if (frame.energy && *frame.energy == 0 && !is_free_atom(frame))
    add(findings, Severity::error, frame, -1, "the energy is exactly zero, which looks like a placeholder");
  else if (frame.energy && is_placeholder_in(*frame.energy, units::ev_to_kcal_per_mol))
    add(findings, Severity::error, frame, -1, fmt::format("the energy is {} eV, which looks like a placeholder", *frame.energy));
  if (frame.forces) check_forces(frame, findings);
  if (frame.stress) check_stress(frame, findings);
  return findings;
}

}  // namespace carillon
