#include "carillon/solve/relevance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/penalised_triangle.hpp"
#include "carillon/solve/singular_range.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double negligible = 1e-3;  // parameters
constexpr double shortest = 0.3;     // of a fixed-point step, by the secant
constexpr double longest = 10.0;
constexpr double widest_step = 5.0;  // in log(lambda)

/// Everything at one set of strengths.
struct State {
  Matrix y, triangle;
  double squared_residual = 0.0;
  double noise_variance = 0.0;
  double log_likelihood = 0.0;
  std::vector<double> parameters;  ///< by section
  std::vector<double> change;      ///< by section: log of the fixed point's next lambda over this one; 0 when pruned
};

double squared_norm(std::span<const double> x) { return std::inner_product(x.begin(), x.end(), x.begin(), 0.0); }

/// Columns of sections that are not pruned, and sqrt(lambda) of each.
struct Kept {
  std::vector<long> columns;
  std::vector<double> root;

  Kept(const RelevanceProblem& problem, const std::vector<double>& lambda) {
    for (Index j = 0; j < problem.section.size(); ++j) {
      const double strength = lambda[static_cast<Index>(problem.section[j])];
      if (strength == infinity) continue;
      columns.push_back(static_cast<long>(j));
      root.push_back(std::sqrt(strength));
    }
  }
  long size() const { return static_cast<long>(columns.size()); }
};

Matrix solve_kept(const Matrix& triangle, long count) {
  Matrix x(count, 1);
  std::copy_n(triangle.column(count).begin(), count, x.column(0).begin());
  if (count > 0) lapack::upper_solve(triangle.view().block(0, 0, count, count), lapack::Op::plain, x.view());
  return x;
}

/// |R y - z|^2 over the triangle's rows.
double squared_misfit(const RelevanceProblem& problem, const Matrix& y) {
  const long n = problem.triangle.rows;
  std::vector<double> misfit(problem.triangle.column(n), problem.triangle.column(n) + n);
  if (n > 0)
    lapack::multiply(1.0, problem.triangle.block(0, 0, n, n), lapack::Op::plain, y.column(0).data(), -1.0, misfit.data());
  return squared_norm(misfit);
}

/// gamma_g = n_g - lambda_g sum over the section of |row of U^-1|^2.
std::vector<double> parameters_of(const RelevanceProblem& problem, const Kept& kept, Matrix triangle) {
  const long count = kept.size();
  std::vector<double> parameters(static_cast<Index>(problem.sections), 0.0);
  if (count == 0) return parameters;
  const MatrixView inverse = triangle.block(0, 0, count, count);
  lapack::upper_invert(inverse);
  std::vector<double> rows(static_cast<Index>(count), 0.0);
  for (long j = 0; j < count; ++j)
    for (long i = 0; i <= j; ++i) rows[static_cast<Index>(i)] += inverse(i, j) * inverse(i, j);
  for (Index k = 0; k < rows.size(); ++k) {
    const Index section = static_cast<Index>(problem.section[static_cast<Index>(kept.columns[k])]);
    parameters[section] += 1.0 - kept.root[k] * kept.root[k] * rows[k];
  }
  return parameters;
}

State state_at(const RelevanceProblem& problem, const std::vector<double>& lambda) {
  const Kept kept(problem, lambda);
  const long n = problem.triangle.rows;
  const long count = kept.size();
  State state;
  const std::vector<long> target{n};
  state.triangle = penalised_triangle(problem.triangle, {kept.columns, kept.root, target});
  const Matrix x = solve_kept(state.triangle, count);
  state.y = Matrix(n, 1);
  std::vector<double> squares(static_cast<Index>(problem.sections), 0.0);
  double prior_part = 0.0;
  double log_determinant = 0.0;
  for (long k = 0; k < count; ++k) {
    const Index place = static_cast<Index>(k);
    state.y(kept.columns[place], 0) = x(k, 0);
    squares[static_cast<Index>(problem.section[static_cast<Index>(kept.columns[place])])] += x(k, 0) * x(k, 0);
    prior_part += std::pow(kept.root[place] * x(k, 0), 2);
    log_determinant += 2.0 * std::log(state.triangle(k, k) / kept.root[place]);
  }
  state.squared_residual = problem.outside + squared_misfit(problem, state.y);
  const double rows = static_cast<double>(problem.rows);
  state.noise_variance = std::max((state.squared_residual + prior_part) / rows, std::numeric_limits<double>::min());
  state.log_likelihood = -0.5 * rows * (std::log(2.0 * std::numbers::pi * state.noise_variance) + 1.0) - 0.5 * log_determinant;
  state.parameters = parameters_of(problem, kept, state.triangle);
  for (Index g = 0; g < lambda.size(); ++g) {
    const bool empty = lambda[g] == infinity;
    const double parameters = std::max(state.parameters[g], std::numeric_limits<double>::min());
    state.change.push_back(empty ? 0.0 : std::log(state.noise_variance * parameters / (lambda[g] * squares[g])));
  }
  return state;
}

/// Lengths of the next steps in log(lambda).
class Steps {
public:
  explicit Steps(Index sections) : before_(sections, 0.0), taken_(sections, 0.0) {}

  void advance(const State& state, std::vector<double>& lambda) {
    const bool trusted = state.log_likelihood >= likelihood_;
    likelihood_ = state.log_likelihood;
    for (Index g = 0; g < lambda.size(); ++g) {
      if (lambda[g] == infinity) continue;
      const double change = state.change[g];
      const double step = std::clamp(change * (trusted ? stretch(g, change) : 1.0), -widest_step, widest_step);
      before_[g] = change;
      taken_[g] = step;
      lambda[g] *= std::exp(step);
    }
  }

private:
  /// -1 / slope of `change`, which a secant through the last two places gives: Newton's step over the plain one.
  double stretch(Index g, double change) const {
    if (taken_[g] == 0.0) return 1.0;
    const double slope = (change - before_[g]) / taken_[g];
    return slope < 0.0 ? std::clamp(-1.0 / slope, shortest, longest) : longest;
  }

  std::vector<double> before_, taken_;
  double likelihood_ = -infinity;
};

/// @return  whether a section was pruned
bool prune(const State& state, std::vector<double>& lambda) {
  bool any = false;
  for (Index g = 0; g < lambda.size(); ++g) {
    if (lambda[g] == infinity || state.parameters[g] >= negligible || state.change[g] <= 0.0) continue;
    lambda[g] = infinity;
    any = true;
  }
  return any;
}

void require_sound(const RelevanceProblem& problem, double start) {
  const bool fits =
      problem.triangle.columns == problem.triangle.rows + 1 && static_cast<long>(problem.section.size()) == problem.triangle.rows;
  if (!fits) throw ShapeError("relevance needs a triangle with its right-hand side, and the section of each column");
  for (const int section : problem.section)
    if (section < 0 || section >= problem.sections) throw DomainError("section " + std::to_string(section) + " is not known");
  if (problem.rows < 1) throw DomainError("relevance needs more rows than independent unpenalised columns");
  if (!(start > 0.0) || !std::isfinite(start)) throw DomainError("relevance starts from a strength above 0");
}

/// Sections without a column have no strength: they count as pruned.
std::vector<double> first_strengths(const RelevanceProblem& problem, double start) {
  std::vector<double> lambda(static_cast<Index>(problem.sections), infinity);
  for (const int section : problem.section) lambda[static_cast<Index>(section)] = start;
  return lambda;
}

}  // namespace

RelevanceSolution find_relevance(const RelevanceProblem& problem, double start, const RelevanceOptions& options) {
  require_sound(problem, start);
  RelevanceSolution out;
  Relevance& found = out.relevance;
  found.lambda = first_strengths(problem, start);
  Steps steps(found.lambda.size());
  State state;
  while (true) {
    check_interrupt();
    state = state_at(problem, found.lambda);
    if (prune(state, found.lambda)) continue;
    found.last_change = 0.0;
    for (const double change : state.change) found.last_change = std::max(found.last_change, std::abs(change));
    found.converged = found.last_change <= options.tolerance;
    if (found.converged || found.iterations >= options.most_iterations) break;
    steps.advance(state, found.lambda);
    ++found.iterations;
  }
  found.parameters = std::move(state.parameters);
  found.log_likelihood = state.log_likelihood;
  found.noise_variance = state.noise_variance;
  out.y = std::move(state.y);
  out.squared_residual = state.squared_residual;
  const long kept = state.triangle.rows();
  if (kept > 0) out.condition = singular_range(state.triangle.block(0, 0, kept, kept)).condition();
  return out;
}

}  // namespace carillon
