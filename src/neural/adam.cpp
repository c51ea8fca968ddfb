#include "carillon/neural/adam.hpp"

#include <cmath>

namespace carillon {

void AdamState::step(const Eigen::VectorXd& gradient, const Eigen::VectorXd& rates, Eigen::VectorXd& weights) {
  constexpr double keep_mean = 0.9;
  constexpr double keep_squares = 0.999;
  constexpr double epsilon = 1e-8;
  ++steps;
  mean = keep_mean * mean + (1 - keep_mean) * gradient;
  squares = keep_squares * squares + (1 - keep_squares) * gradient.cwiseAbs2();
  // The means start from 0: early ones are too small by these factors.
  const double mean_share = 1 - std::pow(keep_mean, static_cast<double>(steps));
  const double squares_share = 1 - std::pow(keep_squares, static_cast<double>(steps));
  weights.array() -= rates.array() * (mean.array() / mean_share) / ((squares.array() / squares_share).sqrt() + epsilon);
}

}  // namespace carillon
