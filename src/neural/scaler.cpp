#include "carillon/neural/scaler.hpp"

#include <cmath>

namespace carillon {

Scaler Scaler::identity(Eigen::Index size) { return {Eigen::VectorXd::Zero(size), Eigen::VectorXd::Ones(size)}; }

Eigen::MatrixXd Scaler::apply(const Eigen::Ref<const Eigen::MatrixXd>& values) const {
  return spread.cwiseInverse().asDiagonal() * (values.colwise() - mean);
}

void ScalerSums::add(const Eigen::Ref<const Eigen::VectorXd>& value, const Eigen::VectorXd& origin) {
  const Eigen::Index size = value.size();
  const Eigen::VectorXd moved = value - origin;
  sums_.head(size) += moved;
  sums_.segment(size, size) += moved.cwiseAbs2();
  sums_[2 * size] += 1;
}

Scaler ScalerSums::scaler(const Eigen::VectorXd& origin) const {
  const Eigen::Index size = origin.size();
  if (atoms() == 0) return Scaler::identity(size);
  const Eigen::VectorXd mean = sums_.head(size) / atoms();
  Scaler out{origin + mean, Eigen::VectorXd::Ones(size)};
  for (Eigen::Index d = 0; d < size; ++d) {
    const double variance = sums_[size + d] / atoms() - mean[d] * mean[d];
    // In a perfect crystal all atoms are alike, up to rounding: dividing by that would make noise of it.
    const double rounding = 1e-9 * (1 + std::abs(out.mean[d]));
    if (variance > rounding * rounding) out.spread[d] = std::sqrt(variance);
  }
  return out;
}

}  // namespace carillon
