#include "carillon/validate/equation_of_state.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr Eigen::Index terms = 4;

/// Coefficients of 1, u, u², u³ with u = x - centre: around their centre the powers are far better conditioned.
Eigen::Vector4d cubic(const Eigen::VectorXd& u, const Eigen::VectorXd& energies) {
  Eigen::MatrixXd powers(u.size(), terms);
  for (Eigen::Index k = 0; k < terms; ++k) powers.col(k) = u.array().pow(static_cast<double>(k));
  return powers.colPivHouseholderQr().solve(energies);
}

/// Where the cubic has a minimum; nothing where it has none.
std::optional<double> minimum(const Eigen::Vector4d& c) {
  if (c[3] == 0) return c[2] > 0 ? std::optional(-c[1] / (2 * c[2])) : std::nullopt;
  const double discriminant = c[2] * c[2] - 3 * c[3] * c[1];
  if (discriminant <= 0) return std::nullopt;
  return (-c[2] + std::sqrt(discriminant)) / (3 * c[3]);  // of the two stationary points, the one of positive curvature
}

}  // namespace

std::optional<EquationOfState> fit_equation_of_state(const std::vector<double>& volumes, const std::vector<double>& energies) {
  if (volumes.size() != energies.size()) throw ShapeError("equation of state: as many volumes as energies are needed");
  if (volumes.size() < terms) return std::nullopt;
  const auto count = static_cast<Eigen::Index>(volumes.size());
  Eigen::VectorXd x(count);
  for (Eigen::Index i = 0; i < count; ++i) x[i] = std::pow(volumes[static_cast<std::size_t>(i)], -2.0 / 3);
  const double centre = x.mean();
  const Eigen::Vector4d c = cubic(x.array() - centre, Eigen::Map<const Eigen::VectorXd>(energies.data(), count));
  const std::optional<double> u = minimum(c);
  if (!u || *u + centre < x.minCoeff() || *u + centre > x.maxCoeff()) return std::nullopt;

  // With E(x), x = V^(-2/3): dE/dV = E' dx/dV; at the minimum B = V d²E/dV² = (4/9) x² E'' / V, and from d³E/dV³
  // dB/dP = -1 - V E_VVV / E_VV = 4 + (2/3) x E''' / E''.
  const double at = *u + centre;
  const double second = 2 * c[2] + 6 * c[3] * *u;
  const double third = 6 * c[3];
  EquationOfState state;
  state.volume = std::pow(at, -1.5);
  state.energy = c[0] + *u * (c[1] + *u * (c[2] + *u * c[3]));
  state.bulk_modulus = 4.0 / 9 * at * at * second / state.volume;
  state.slope = 4 + 2.0 / 3 * at * third / second;
  return state;
}

}  // namespace carillon
