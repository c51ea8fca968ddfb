#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>

namespace carillon {

struct LbfgsOptions {
  int iterations = 100;     ///< at most
  int memory = 20;          ///< steps remembered
  double tolerance = 1e-9;  ///< converged when |gradient| < tolerance · max(1, |x|)
};

/// How a minimisation ended. `x` is the best point found in every case.
struct LbfgsSummary {
  enum class Status { iterations, converged, stopped, line_search } status = Status::iterations;
  int iterations = 0;
  double value = 0;
  std::string message;  ///< of the last: what the line search complained of
};

/// Value at x, and its gradient into `gradient` (of x's size).
using Objective = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;
/// Called after every iteration; false ends the minimisation.
using IterationWatch = std::function<bool(int iteration, const Eigen::VectorXd& x, double value)>;

/// Minimises by L-BFGS with a line search after Moré and Thuente (J. Nocedal, Math. Comput. 35, 773 (1980),
/// doi:10.1090/S0025-5718-1980-0572855-7; the library liblbfgs). A value that is not finite counts as a step too far.
///
/// @param x  in: where to start; out: the last point accepted
/// @throws what the objective or the watch throws
LbfgsSummary minimise_lbfgs(Eigen::VectorXd& x, const Objective& objective, const LbfgsOptions& options,
                            const IterationWatch& watch = {});

}  // namespace carillon
