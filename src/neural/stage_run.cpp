#include "carillon/neural/stage_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "carillon/core/error.hpp"
#include "carillon/data/split.hpp"
#include "carillon/neural/lbfgs.hpp"
#include "carillon/neural/learning_rate.hpp"

namespace carillon {
namespace {

class StageRun {
public:
  StageRun(const StageContext& context, NetworkModel& model, TrainingState& state)
      : context_(context), stage_(context.stage), model_(model), state_(state), free_(model, context.stage) {
    model_.weights = state_.weights;
  }

  std::string run() {
    const bool lbfgs = stage_.optimiser.kind == OptimiserSpec::Kind::lbfgs;
    const bool may_move = stage_.optimiser.iterations > 0;
    if (may_move && state_.iteration == 0) validate();  // a stage that only does harm gives back what it began with
    std::string end = lbfgs ? run_lbfgs() : run_adam();
    if (may_move && !time_to_look()) validate();
    if (state_.best_weights.size() > 0) {
      end += fmt::format(", weights of iteration {}", state_.best_iteration);
      state_.weights = state_.best_weights;
    }
    model_.weights = state_.weights;
    return end;
  }

private:
  /// Adds the penalties of the weights that may move, and their gradient.
  double add_penalties(double loss, Eigen::VectorXd& gradient) const {
    const Eigen::VectorXd weights = free_.of(model_.weights);
    const Eigen::VectorXd moved = weights - free_.of(context_.start_weights);
    gradient += 2 * stage_.decay * weights + 2 * stage_.pull * moved;
    return loss + stage_.decay * weights.squaredNorm() + stage_.pull * moved.squaredNorm();
  }

  /// The validation loss of the model as it is; keeps its weights when they are the best so far.
  LossSums validate() {
    if (context_.validation.size() == 0) return {};
    const LossSums found = context_.validation.loss(model_, stage_.weights, nullptr);
    if (found.loss < state_.best_loss) {
      state_.best_loss = found.loss;
      state_.best_weights = model_.weights;
      state_.best_iteration = state_.iteration;
    }
    return found;
  }

  /// A point of the curve, and the best weights so far. False when the stage should stop.
  bool look(const LossSums& train) {
    const CurvePoint point{state_.stage, state_.iteration, train, validate()};
    const bool go_on = context_.validation.size() == 0 || stage_.stop.patience == 0 ||
                       state_.iteration - state_.best_iteration < stage_.stop.patience;
    state_.curve.push_back(point);
    if (context_.look) context_.look(point);
    return go_on;
  }

  bool time_to_look() const {
    return state_.iteration % stage_.stop.every == 0 || state_.iteration == stage_.optimiser.iterations;
  }

  void save() const {
    if (context_.save) context_.save();
  }

  void require_finite(double loss) const {
    if (!std::isfinite(loss))
      throw InputError(
          fmt::format("{}: the loss at iteration {} is not a finite number: take a lower rate, or other weights to start from",
                      stage_.name, state_.iteration));
  }

  LbfgsSummary lbfgs_round(long iterations) {
    LossSums last;
    const long before = state_.iteration;
    const auto objective = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
      free_.put(x, model_.weights);
      Eigen::VectorXd all;
      last = context_.train.loss(model_, stage_.weights, &all);
      gradient = free_.of(all);
      return last.loss = add_penalties(last.loss, gradient);
    };
    const auto watch = [&](int iteration, const Eigen::VectorXd& x, double) {
      free_.put(x, model_.weights);
      state_.iteration = before + iteration;
      return !time_to_look() || look(last);
    };
    Eigen::VectorXd x = free_.of(state_.weights);
    const LbfgsSummary summary =
        minimise_lbfgs(x, objective, {static_cast<int>(iterations), stage_.optimiser.memory, 1e-9}, watch);
    free_.put(x, state_.weights);
    model_.weights = state_.weights;
    state_.iteration = before + summary.iterations;
    if (summary.iterations == 0) require_finite(last.loss);  // later ones are steps that the line search takes back
    return summary;
  }

  std::string run_lbfgs() {
    while (state_.iteration < stage_.optimiser.iterations) {
      // Rounds start at multiples of their length, wherever a checkpoint was: an interrupted training goes on with the same bits.
      const long left = std::min(stage_.optimiser.restart, stage_.optimiser.iterations - state_.iteration);
      const LbfgsSummary summary = lbfgs_round(left);
      if (summary.status == LbfgsSummary::Status::stopped)
        return fmt::format("stopped at iteration {}: no smaller validation loss", state_.iteration);
      if (summary.status == LbfgsSummary::Status::converged) return fmt::format("converged at iteration {}", state_.iteration);
      // A line search that fails with an old memory may go on with an empty one; with an empty one it will not.
      if (summary.status == LbfgsSummary::Status::line_search && summary.iterations == 0)
        return fmt::format("ended at iteration {}: {}", state_.iteration, summary.message);
      save();
    }
    return fmt::format("ran all {} iterations", state_.iteration);
  }

  static void add(LossSums& total, const LossSums& part, double share) {
    total.loss += share * part.loss;
    const auto add_kind = [](ErrorSums& to, const ErrorSums& from) {
      to.count += from.count;
      to.squared += from.squared;
      to.absolute += from.absolute;
    };
    add_kind(total.energy, part.energy);
    add_kind(total.force, part.force);
    add_kind(total.stress, part.stress);
  }

  /// All frames once, in an order of the epoch's own.
  LossSums adam_epoch() {
    const OptimiserSpec& spec = stage_.optimiser;
    const long count = context_.train.size();
    const auto epoch = static_cast<std::uint64_t>(state_.iteration);
    const std::vector<long> order = shuffled(count, context_.seed + 0x9E3779B97F4A7C15ULL * (epoch + 1));
    LossSums sums;
    for (long first = 0; first < count; first += spec.batch) {
      const long last = std::min(count, first + spec.batch);
      const std::vector<long> batch(order.begin() + first, order.begin() + last);
      Eigen::VectorXd all;
      LossSums part = context_.train.batch_loss(model_, stage_.weights, batch, &all);
      Eigen::VectorXd gradient = free_.of(all);
      part.loss = add_penalties(part.loss, gradient);
      require_finite(part.loss);
      add(sums, part, static_cast<double>(last - first) / static_cast<double>(count));
      const double done = static_cast<double>(state_.iteration) + static_cast<double>(first) / static_cast<double>(count);
      Eigen::VectorXd x = free_.of(model_.weights);
      state_.adam.step(gradient, learning_rate(spec, done / static_cast<double>(spec.iterations)) * free_.rates(), x);
      free_.put(x, model_.weights);
    }
    return sums;
  }

  std::string run_adam() {
    if (state_.adam.mean.size() != free_.size()) state_.adam = AdamState::zero(free_.size());
    while (state_.iteration < stage_.optimiser.iterations) {
      const LossSums sums = adam_epoch();
      ++state_.iteration;
      state_.weights = model_.weights;
      if (!time_to_look()) continue;
      if (!look(sums)) return fmt::format("stopped at epoch {}: no smaller validation loss", state_.iteration);
      save();
    }
    return fmt::format("ran all {} epochs", state_.iteration);
  }

  const StageContext& context_;
  const StageSpec& stage_;
  NetworkModel& model_;
  TrainingState& state_;
  FreeWeights free_;
};

}  // namespace

std::string run_stage(const StageContext& context, NetworkModel& model, TrainingState& state) {
  return StageRun(context, model, state).run();
}

}  // namespace carillon
