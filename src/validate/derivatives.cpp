#include "carillon/validate/derivatives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr double force_floor = 0.1;    // eV/Å
constexpr double stress_floor = 1e-3;  // eV/Å³

/// dE/dx at x = 0 of energy(x); two central differences and Richardson's extrapolation.
template <class Energy>
double derivative(double step, Energy&& energy) {
  const auto central = [&](double h) { return (energy(h) - energy(-h)) / (2 * h); };
  return (4 * central(step / 2) - central(step)) / 3;
}

double finite(double value, const Structure& structure, const char* quantity) {
  if (!std::isfinite(value)) {
    const std::string place = structure.origin.text();
    throw DomainError(fmt::format("{}{}derivatives: the {} is {}", place, place.empty() ? "" : ": ", quantity, value));
  }
  return value;
}

double energy_of(const Potential& potential, const Structure& structure) {
  return finite(potential.evaluate(structure).energy, structure, "energy");
}

/// The structure under a symmetric strain whose component `voigt` is `strain`; a shear is shared by its two halves.
Structure strained(const Structure& structure, int voigt, double strain) {
  const int r = voigt_row[voigt];
  const int c = voigt_column[voigt];
  Eigen::Matrix3d deformation = Eigen::Matrix3d::Identity();
  deformation(r, c) += strain / 2;
  deformation(c, r) += strain / 2;
  Structure moved = structure;
  moved.cell.vectors = structure.cell.vectors * deformation;
  for (Eigen::Vector3d& position : moved.positions) position = deformation * position;
  return moved;
}

void record(DerivativeDeviation& worst, std::size_t atom, int component, double reported, double numerical) {
  const double relative = std::abs(reported - numerical) / worst.scale;
  if (worst.count == 0 || relative > worst.relative) {
    worst.relative = relative;
    worst.atom = atom;
    worst.component = component;
    worst.reported = reported;
    worst.numerical = numerical;
  }
  ++worst.count;
}

DerivativeDeviation check_forces(const Potential& potential, const Structure& structure, const Prediction& reported,
                                 const DerivativeOptions& options) {
  DerivativeDeviation worst;
  worst.scale = force_floor;
  for (const Eigen::Vector3d& force : reported.forces) worst.scale = std::max(worst.scale, force.cwiseAbs().maxCoeff());
  Structure moved = structure;
  const std::size_t checked = std::min(options.atoms, structure.size());
  for (std::size_t k = 0; k < checked; ++k) {
    const std::size_t i = k * structure.size() / checked;
    for (int d = 0; d < 3; ++d) {
      const double slope = derivative(options.step, [&](double h) {
        moved.positions[i][d] = structure.positions[i][d] + h;
        return energy_of(potential, moved);
      });
      moved.positions[i] = structure.positions[i];
      record(worst, i, d, finite(reported.forces[i][d], structure, "force"), -slope);
    }
  }
  return worst;
}

DerivativeDeviation check_stress(const Potential& potential, const Structure& structure, const Prediction& reported,
                                 const DerivativeOptions& options) {
  DerivativeDeviation worst;
  worst.scale = std::max(stress_floor, reported.stress.cwiseAbs().maxCoeff());
  const double volume = structure.cell.volume();
  if (volume <= 0) return worst;
  for (int v = 0; v < 6; ++v) {
    const double slope = derivative(options.strain, [&](double h) { return energy_of(potential, strained(structure, v, h)); });
    record(worst, 0, v, finite(reported.stress(voigt_row[v], voigt_column[v]), structure, "stress"), slope / volume);
  }
  return worst;
}

}  // namespace

DerivativeCheck check_derivatives(const Potential& potential, const Structure& structure, const DerivativeOptions& options) {
  if (!(options.step > 0) || !(options.strain > 0)) throw DomainError("derivatives: steps must be positive");
  const Prediction reported = potential.evaluate(structure);
  if (reported.forces.size() != structure.size()) {
    throw ShapeError(fmt::format("derivatives: {} atoms but {} forces", structure.size(), reported.forces.size()));
  }
  return {check_forces(potential, structure, reported, options), check_stress(potential, structure, reported, options)};
}

}  // namespace carillon
