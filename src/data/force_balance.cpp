#include "carillon/data/force_balance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace carillon {

std::vector<Finding> find_net_force(const Structure& frame) {
  if (!frame.forces) return {};
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  double squares = 0;
  for (const Eigen::Vector3d& force : *frame.forces) {
    sum += force;
    squares += force.squaredNorm();
  }
  const auto atoms = static_cast<double>(frame.size());
  const double mean = sum.norm() / atoms;
  const double rms = std::sqrt(squares / (3 * atoms));
  if (mean <= std::max(notable_mean_force, 0.001 * rms)) return {};  // no fit comes near a thousandth
  const Severity severity = mean > harmful_mean_force || mean > 0.1 * rms ? Severity::error : Severity::warning;
  return {
      {severity, "net_force", frame.origin, frame.label,
       fmt::format("the forces do not sum to zero: their mean is {:.4f} eV/Å ({:.1f} % of their rms)", mean, 100 * mean / rms)}};
}

}  // namespace carillon
