#include "carillon/neural/lbfgs.hpp"

#include <lbfgs.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <new>

namespace carillon {
namespace {

/// What the callbacks of the C library share. No exception may pass through the library: it waits here.
struct Call {
  const Objective* objective;
  const IterationWatch* watch;
  Eigen::Index size;
  Eigen::VectorXd x;
  Eigen::VectorXd gradient;
  int iterations = 0;
  bool stopped = false;
  std::exception_ptr thrown;
  double highest = 0;
};

double evaluate(void* instance, const double* x, double* gradient, int padded, double) {
  Call& call = *static_cast<Call*>(instance);
  std::fill_n(gradient, padded, 0.0);
  // Where there is no number: higher than all that was seen, by a step that the line search's interpolation can work with.
  double value = call.highest + 10 * (1 + std::abs(call.highest));
  if (call.thrown) return value;
  try {
    call.x = Eigen::Map<const Eigen::VectorXd>(x, call.size);
    const double found = (*call.objective)(call.x, call.gradient);
    if (std::isfinite(found) && call.gradient.allFinite()) {
      value = found;
      call.highest = std::max(call.highest, found);
      std::copy_n(call.gradient.data(), call.size, gradient);
    }
  } catch (...) {
    call.thrown = std::current_exception();
  }
  return value;
}

int progress(void* instance, const double* x, const double*, double value, double, double, double, int, int iteration, int) {
  Call& call = *static_cast<Call*>(instance);
  call.iterations = iteration;
  if (call.thrown) return 1;
  try {
    call.x = Eigen::Map<const Eigen::VectorXd>(x, call.size);
    call.stopped = *call.watch && !(*call.watch)(iteration, call.x, value);
  } catch (...) {
    call.thrown = std::current_exception();
  }
  return call.stopped || call.thrown ? 1 : 0;
}

const char* complaint(int status) {
  switch (status) {
    case LBFGSERR_ROUNDING_ERROR:
      return "no further decrease within rounding";
    case LBFGSERR_MINIMUMSTEP:
      return "the step became too small";
    case LBFGSERR_MAXIMUMSTEP:
      return "the step became too large";
    case LBFGSERR_MAXIMUMLINESEARCH:
      return "no decrease found along the direction";
    case LBFGSERR_WIDTHTOOSMALL:
      return "the bracket of the step became too small";
    case LBFGSERR_INCREASEGRADIENT:
      return "the direction does not descend";
    default:
      return "the line search failed";
  }
}

LbfgsSummary::Status status_of(int code, bool stopped) {
  if (stopped) return LbfgsSummary::Status::stopped;
  if (code == LBFGSERR_MAXIMUMITERATION) return LbfgsSummary::Status::iterations;
  if (code >= 0) return LbfgsSummary::Status::converged;
  return LbfgsSummary::Status::line_search;
}

}  // namespace

LbfgsSummary minimise_lbfgs(Eigen::VectorXd& x, const Objective& objective, const LbfgsOptions& options,
                            const IterationWatch& watch) {
  // The library works on multiples of 16 numbers, aligned: the rest stays 0, with gradient 0.
  const Eigen::Index padded = (x.size() + 15) / 16 * 16;
  const std::unique_ptr<double, void (*)(double*)> point(lbfgs_malloc(static_cast<int>(padded)), lbfgs_free);
  if (!point) throw std::bad_alloc();
  std::fill_n(point.get(), padded, 0.0);
  std::copy_n(x.data(), x.size(), point.get());

  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = options.memory;
  parameters.epsilon = options.tolerance;
  parameters.max_iterations = options.iterations;
  Call call{&objective, &watch, x.size(), x, Eigen::VectorXd::Zero(x.size()), 0, false, nullptr, 0};
  LbfgsSummary summary;
  const int code = lbfgs(static_cast<int>(padded), point.get(), &summary.value, evaluate, progress, &call, &parameters);
  if (call.thrown) std::rethrow_exception(call.thrown);
  if (code == LBFGSERR_OUTOFMEMORY) throw std::bad_alloc();
  x = Eigen::Map<const Eigen::VectorXd>(point.get(), x.size());
  summary.iterations = call.iterations;
  summary.status = status_of(code, call.stopped);
  if (summary.status == LbfgsSummary::Status::line_search) summary.message = complaint(code);
  return summary;
}

}  // namespace carillon
