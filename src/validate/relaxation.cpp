#include "carillon/validate/relaxation.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

constexpr double first_curvature = 70;  // eV/Å², that of a stiff bond: too stiff means short first steps, never wild ones

Eigen::VectorXd flat(const std::vector<Eigen::Vector3d>& vectors) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(3 * vectors.size()));
  for (std::size_t i = 0; i < vectors.size(); ++i) out.segment<3>(static_cast<Eigen::Index>(3 * i)) = vectors[i];
  return out;
}

/// Newton's step in the eigenvectors of the Hessian: with the magnitudes of its eigenvalues it goes downhill everywhere.
Eigen::VectorXd downhill_step(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& forces, double longest) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> modes(hessian);
  const Eigen::VectorXd stiffness = modes.eigenvalues().cwiseAbs().cwiseMax(1e-3);
  Eigen::VectorXd step =
      modes.eigenvectors() * ((modes.eigenvectors().transpose() * forces).array() / stiffness.array()).matrix();
  double furthest = 0;
  for (Eigen::Index i = 0; i < step.size(); i += 3) furthest = std::max(furthest, step.segment<3>(i).norm());
  if (furthest > longest) step *= longest / furthest;
  return step;
}

/// The rank-two update of Broyden, Fletcher, Goldfarb and Shanno; left out along directions without curvature.
void update(Eigen::MatrixXd& hessian, const Eigen::VectorXd& step, const Eigen::VectorXd& change) {
  const Eigen::VectorXd along = hessian * step;
  const double curvature = step.dot(change);
  const double expected = step.dot(along);
  if (std::abs(curvature) < 1e-14 || std::abs(expected) < 1e-14) return;
  hessian += change * change.transpose() / curvature - along * along.transpose() / expected;
}

}  // namespace

Relaxation relax_positions(const Potential& potential, const Structure& start, const RelaxationOptions& options) {
  Relaxation out{start, potential.evaluate(start)};
  Eigen::VectorXd forces = flat(out.prediction.forces);
  Eigen::MatrixXd hessian = first_curvature * Eigen::MatrixXd::Identity(forces.size(), forces.size());
  for (;; ++out.steps) {
    out.largest_force = forces.size() > 0 ? forces.cwiseAbs().maxCoeff() : 0;
    if (!std::isfinite(forces.sum())) throw DomainError("relaxation: a force is not finite");
    out.converged = out.largest_force <= options.force;
    if (out.converged || out.steps == options.steps) return out;
    const Eigen::VectorXd step = downhill_step(hessian, forces, options.longest);
    for (std::size_t i = 0; i < out.structure.size(); ++i)
      out.structure.positions[i] += step.segment<3>(static_cast<Eigen::Index>(3 * i));
    out.prediction = potential.evaluate(out.structure);
    const Eigen::VectorXd now = flat(out.prediction.forces);
    update(hessian, step, forces - now);
    forces = now;
  }
}

}  // namespace carillon
