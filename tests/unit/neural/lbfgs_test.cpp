#include "carillon/neural/lbfgs.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

/// Rosenbrock's function of 5 numbers, smallest at 1, 1, ...
double rosenbrock(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
  double value = 0;
  gradient.setZero(x.size());
  for (Eigen::Index k = 0; k + 1 < x.size(); ++k) {
    const double a = 1 - x[k];
    const double b = x[k + 1] - x[k] * x[k];
    value += a * a + 100 * b * b;
    gradient[k] += -2 * a - 400 * x[k] * b;
    gradient[k + 1] += 200 * b;
  }
  return value;
}

TEST(Lbfgs, FindsAKnownMinimum) {
  Eigen::VectorXd x = Eigen::VectorXd::Constant(5, -1.2);
  const LbfgsSummary summary = minimise_lbfgs(x, rosenbrock, {500, 10, 1e-10});
  EXPECT_EQ(summary.status, LbfgsSummary::Status::converged);
  EXPECT_LT((x - Eigen::VectorXd::Ones(5)).norm(), 1e-8);
  EXPECT_LT(summary.value, 1e-16);
}

TEST(Lbfgs, EndsWhenIterationsAreDone) {
  Eigen::VectorXd x = Eigen::VectorXd::Constant(5, -1.2);
  int seen = 0;
  const LbfgsSummary summary =
      minimise_lbfgs(x, rosenbrock, {7, 10, 1e-10}, [&](int iteration, const Eigen::VectorXd& at, double value) {
        Eigen::VectorXd ignored;
        EXPECT_EQ(rosenbrock(at, ignored), value);
        seen = iteration;
        return true;
      });
  EXPECT_EQ(summary.status, LbfgsSummary::Status::iterations);
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(summary.iterations, 7);
}

TEST(Lbfgs, StopsWhenTheWatchSaysSo) {
  Eigen::VectorXd x = Eigen::VectorXd::Constant(5, -1.2);
  Eigen::VectorXd last;
  const LbfgsSummary summary =
      minimise_lbfgs(x, rosenbrock, {500, 10, 1e-10}, [&](int iteration, const Eigen::VectorXd& at, double) {
        last = at;
        return iteration < 4;
      });
  EXPECT_EQ(summary.status, LbfgsSummary::Status::stopped);
  EXPECT_EQ(x, last);
}

TEST(Lbfgs, ExceptionsComeThrough) {
  Eigen::VectorXd x = Eigen::VectorXd::Constant(5, -1.2);
  int calls = 0;
  const auto failing = [&](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
    if (++calls == 5) throw InputError("the disk is full");
    return rosenbrock(at, gradient);
  };
  EXPECT_EQ(testing::message_of<InputError>([&] { minimise_lbfgs(x, failing, {}); }), "the disk is full");
  EXPECT_EQ(calls, 5);
  const auto watch = [](int, const Eigen::VectorXd&, double) -> bool { throw InputError("enough"); };
  EXPECT_EQ(testing::message_of<InputError>([&] { minimise_lbfgs(x, rosenbrock, {}, watch); }), "enough");
}

/// Beyond 1 there is no number: (x - 0.9)² + 1e-3 / (1 - x) has its minimum before that wall.
TEST(Lbfgs, AValueThatIsNoNumberIsAStepTooFar) {
  const auto walled = [](const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
    const double room = 1 - at[0];
    gradient = Eigen::VectorXd::Constant(1, 2 * (at[0] - 0.9) + 1e-3 / (room * room));
    return room > 0 ? (at[0] - 0.9) * (at[0] - 0.9) + 1e-3 / room : std::nan("");
  };
  Eigen::VectorXd x = Eigen::VectorXd::Constant(1, 0.5);
  const LbfgsSummary summary = minimise_lbfgs(x, walled, {100, 5, 1e-9});
  Eigen::VectorXd gradient;
  walled(x, gradient);
  EXPECT_LT(gradient.norm(), 1e-7);
  EXPECT_LT(x[0], 1);
  EXPECT_TRUE(std::isfinite(summary.value));
}

}  // namespace
}  // namespace carillon
