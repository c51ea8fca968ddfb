#include "carillon/validate/elastic_constants.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/validate/deformation.hpp"

namespace carillon {
namespace {

using Matrix6 = Eigen::Matrix<double, 6, 6>;
using Vector6 = Eigen::Matrix<double, 6, 1>;

constexpr double shortest_ratio = 0.8;
constexpr double longest_ratio = 1.25;
constexpr double pressure_left = 1e-6;  // eV/Å³
// eV/Å. A crystal's atoms feel some 10 eV/Å times the strain: where as much may be left, they stay where they are clamped.
constexpr double force_left_per_strain = 0.005;

Vector6 voigt(const Eigen::Matrix3d& stress) {
  Vector6 out;
  for (int v = 0; v < 6; ++v) out[v] = stress(voigt_row[v], voigt_column[v]);
  return out;
}

/// Identity plus a symmetric strain whose Voigt component is `strain`: γ = 2ε for shears.
Eigen::Matrix3d deformation(int component, double strain) {
  Eigen::Matrix3d out = Eigen::Matrix3d::Identity();
  out(voigt_row[component], voigt_column[component]) += strain / 2;
  out(voigt_column[component], voigt_row[component]) += strain / 2;
  return out;
}

Matrix6 symmetric(const Matrix6& matrix) { return 0.5 * (matrix + matrix.transpose()); }

}  // namespace

ElasticConstants elastic_constants(const Potential& potential, const Structure& crystal, const ElasticOptions& options) {
  if (!(options.strain > 0)) throw DomainError("elastic constants: the strain must be positive");
  const auto& periodic = crystal.cell.periodic;
  if (!std::all_of(periodic.begin(), periodic.end(), [](bool p) { return p; }))
    throw ShapeError("elastic constants: the crystal must be periodic in all directions");
  RelaxationOptions relaxation = options.relaxation;
  relaxation.force = std::min(relaxation.force, force_left_per_strain * options.strain);
  ElasticConstants out;
  for (int j = 0; j < 6; ++j) {
    for (const double strain : {options.strain, -options.strain}) {
      const Structure clamped = deformed(crystal, deformation(j, strain));
      const Relaxation relaxed = relax_positions(potential, clamped, relaxation);
      out.converged = out.converged && relaxed.converged;
      out.clamped.col(j) += voigt(potential.evaluate(clamped).stress) / (2 * strain);
      out.relaxed.col(j) += voigt(relaxed.prediction.stress) / (2 * strain);
    }
  }
  out.asymmetry = (out.relaxed - out.relaxed.transpose()).cwiseAbs().maxCoeff();
  out.clamped = symmetric(out.clamped);
  out.relaxed = symmetric(out.relaxed);
  out.smallest = Eigen::SelfAdjointEigenSolver<Matrix6>(out.relaxed, Eigen::EigenvaluesOnly).eigenvalues()[0];
  return out;
}

RestingCrystal without_pressure(const Potential& potential, const Structure& crystal, const RelaxationOptions& options) {
  RestingCrystal out{crystal};
  const auto tension_at = [&](double ratio) {  // its sign says on which side of rest the crystal is
    out.structure = relax_positions(potential, deformed(crystal, ratio * Eigen::Matrix3d::Identity()), options).structure;
    out.length_ratio = ratio;
    const double tension = potential.evaluate(out.structure).stress.trace() / 3;
    out.pressure = -tension;
    return tension;
  };
  // From where the crystal is, outwards or inwards in steps until the sign changes: the nearest resting place counts, not one
  // beyond a barrier. Then halving, with a step along the chord where that falls inside.
  double low = 1, high = 1;
  double at_low = tension_at(1), at_high = at_low;
  while (at_high < 0 && high < longest_ratio) low = high, at_low = at_high, at_high = tension_at(high *= 1.01);
  while (at_low > 0 && low > shortest_ratio) high = low, at_high = at_low, at_low = tension_at(low /= 1.01);
  if (at_low > 0 || at_high < 0) return out;
  for (int k = 0; k < 60 && std::abs(out.pressure) > pressure_left; ++k) {
    const double chord = at_high > at_low ? low + (high - low) * -at_low / (at_high - at_low) : low;
    const double middle = k % 3 == 2 || !(chord > low && chord < high) ? 0.5 * (low + high) : chord;
    const double tension = tension_at(middle);
    (tension < 0 ? low : high) = middle;
    (tension < 0 ? at_low : at_high) = tension;
  }
  out.converged = std::abs(out.pressure) <= pressure_left;
  return out;
}

}  // namespace carillon
