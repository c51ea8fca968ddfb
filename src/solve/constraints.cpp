#include "carillon/solve/constraints.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "carillon/core/error.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/nnls.hpp"
#include "carillon/solve/singular_range.hpp"
#include "carillon/solve/staircase_qr.hpp"

namespace carillon {
namespace {

using lapack::Op;
using Index = std::size_t;
using Vector = std::vector<double>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
// What conditions may miss each other by and still be the same one; relative to a row's norm times the coefficients'.
constexpr double slack = 1e-10;
// Of the largest singular value: holds directions that nothing else does, and changes those with a singular value s by
// (1e-8 / s)^2 only.
constexpr double weak = 1e-8;

double dot(const double* a, const double* b, long count) { return std::inner_product(a, a + count, b, 0.0); }
double norm(const Vector& x) { return std::sqrt(dot(x.data(), x.data(), static_cast<long>(x.size()))); }

Matrix transposed(MatrixView a) {
  Matrix out(a.columns, a.rows);
  for (long j = 0; j < a.columns; ++j)
    for (long i = 0; i < a.rows; ++i) out(j, i) = a(i, j);
  return out;
}

void require_rows(const Matrix& rows, const Vector& right, long unknowns, const char* what) {
  const bool none = right.empty() && rows.size() == 0;
  if (!none && (rows.rows() != static_cast<long>(right.size()) || rows.columns() != unknowns))
    throw ShapeError(std::string(what) + " of " + std::to_string(rows.rows()) + " rows and " + std::to_string(rows.columns()) +
                     " columns do not fit " + std::to_string(right.size()) + " numbers and " + std::to_string(unknowns) +
                     " unknowns");
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::all_of(rows.values().begin(), rows.values().end(), finite) || !std::all_of(right.begin(), right.end(), finite))
    throw DomainError(std::string(what) + " hold a nan or an infinity");
}

/// Conditions on x = scale (c - c0), each row at norm 1 and standing as a column.
struct ScaledConditions {
  Matrix rows;  ///< shape [unknowns, conditions]
  Vector right;
  Vector length;  ///< that a row was divided by; 0 for a row of zeros

  ScaledConditions(const Matrix& given, const Vector& wanted, const Prior& prior, const Vector& scale)
      : rows(static_cast<long>(scale.size()), static_cast<long>(wanted.size())), right(wanted), length(wanted.size(), 0.0) {
    for (long k = 0; k < rows.columns(); ++k) {
      const Index place = static_cast<Index>(k);
      for (long j = 0; j < rows.rows(); ++j) {
        rows(j, k) = given(k, j) / scale[static_cast<Index>(j)];
        right[place] -= given(k, j) * prior.mean[static_cast<Index>(j)];
      }
      const std::span<double> column = rows.column(k);
      length[place] = std::sqrt(dot(column.data(), column.data(), rows.rows()));
      if (length[place] == 0.0) continue;
      for (double& entry : column) entry /= length[place];
      right[place] /= length[place];
    }
  }
  long count() const { return rows.columns(); }
};

/// The problem in x = scale (c - c0): min |T x - f| for an upper-triangular T.
struct ScaledProblem {
  Vector scale;
  Vector held;  ///< the prior's rows: a diagonal
  Matrix triangle;
  Vector target;
  Vector data_target;  ///< b - A c0 in the factor's rows

  ScaledProblem(const TriangularFactor& factor, const Prior& prior, double lambda) {
    const long n = factor.unknowns();
    const Vector norms = factor.column_norms();
    for (Index j = 0; j < static_cast<Index>(n); ++j) {
      const bool has_prior = prior.weight[j] > 0.0 && lambda > 0.0;
      const bool has_data = norms[j] > 0.0;
      scale.push_back(prior.weight[j] > 0.0 ? prior.weight[j] : has_data ? norms[j] : 1.0);
      held.push_back(has_prior ? std::sqrt(lambda) : has_data ? 0.0 : 1.0);
    }
    const std::span<const double> b = factor.column(n);
    data_target.assign(b.begin(), b.end());
    for (long j = 0; j < n; ++j) {
      const std::span<const double> column = factor.column(j);
      for (Index i = 0; i < column.size(); ++i) data_target[i] -= prior.mean[static_cast<Index>(j)] * column[i];
    }
    reduce(factor);
  }

private:
  /// Rows of the data and of the prior take turns, so that each begins in its own column: 2/3 n^3 operations.
  void reduce(const TriangularFactor& factor) {
    const long n = factor.unknowns();
    Matrix stack(2 * n, n + 1);
    std::vector<long> first_column;
    for (long i = 0; i < n; ++i) first_column.insert(first_column.end(), {i, i});
    for (long j = 0; j < n; ++j) {
      const std::span<const double> column = factor.column(j);
      for (Index i = 0; i < column.size(); ++i) stack(2 * static_cast<long>(i), j) = column[i] / scale[static_cast<Index>(j)];
      stack(2 * j + 1, j) = held[static_cast<Index>(j)];
    }
    for (long i = 0; i < std::min(n, static_cast<long>(data_target.size())); ++i)
      stack(2 * i, n) = data_target[static_cast<Index>(i)];
    staircase_qr(stack.view(), first_column);
    triangle = Matrix(n, n);
    for (long j = 0; j < n; ++j) std::copy_n(stack.column(j).begin(), j + 1, triangle.column(j).begin());
    target.assign(stack.column(n).begin(), stack.column(n).begin() + n);
  }
};

/// x = Q [fixed; y]: what equalities leave free.
class Elimination {
public:
  explicit Elimination(const ScaledConditions& equal) : reflectors_(equal.rows), tau_(static_cast<Index>(equal.count())) {
    const long most = std::min(reflectors_.rows(), reflectors_.columns());
    tau_.resize(static_cast<Index>(most));
    std::vector<long> order(static_cast<Index>(equal.count()));
    lapack::pivoted_qr(reflectors_.view(), tau_, order);
    while (rank_ < most && std::abs(reflectors_(rank_, rank_)) > slack) ++rank_;
    fix(equal, order);
  }

  long rank() const { return rank_; }
  const Vector& fixed() const { return fixed_; }

  /// rows = Q' rows.
  void rotate(Matrix& rows) const { lapack::apply_q_transposed(kept_reflectors(), tau_, rows.view()); }

  /// Q [fixed; y].
  Vector back(const Vector& y) const {
    Vector x = fixed_;
    x.insert(x.end(), y.begin(), y.end());
    lapack::apply_q(kept_reflectors(), tau_, {x.data(), static_cast<long>(x.size()), 1, static_cast<long>(x.size())});
    return x;
  }

private:
  MatrixView kept_reflectors() const { return reflectors_.view().block(0, 0, reflectors_.rows(), rank_); }

  /// Solves the leading independent conditions; the others have to agree.
  void fix(const ScaledConditions& equal, const std::vector<long>& order) {
    for (long k = 0; k < rank_; ++k) {
      double left = equal.right[static_cast<Index>(order[static_cast<Index>(k)])];
      for (long i = 0; i < k; ++i) left -= reflectors_(i, k) * fixed_[static_cast<Index>(i)];
      fixed_.push_back(left / reflectors_(k, k));
    }
    const double size = 1.0 + norm(fixed_);
    for (long k = rank_; k < equal.count(); ++k) {
      const double wanted = equal.right[static_cast<Index>(order[static_cast<Index>(k)])];
      const double found = rank_ > 0 ? dot(reflectors_.column(k).data(), fixed_.data(), rank_) : 0.0;
      if (std::abs(found - wanted) > slack * size * static_cast<double>(equal.count() + 1))
        throw InputError("equality constraints contradict each other, or ask what no coefficient can change");
    }
  }

  Matrix reflectors_;
  Vector tau_;
  Vector fixed_;
  long rank_ = 0;
};

/// min |T y - f| over what is free.
struct FreeProblem {
  Matrix triangle;
  Vector target;
  bool singular = false;

  FreeProblem(const ScaledProblem& whole, const Elimination& elimination) : triangle(whole.triangle), target(whole.target) {
    if (elimination.rank() > 0) eliminate(elimination);
    const SingularRange range = triangle.columns() > 0 ? singular_range(triangle.view()) : SingularRange{1.0, 1.0};
    singular = range.singular_to_precision(triangle.columns());
    if (singular) hold(weak * range.largest);
  }

  long size() const { return triangle.columns(); }

private:
  void eliminate(const Elimination& elimination) {
    const long n = triangle.rows();
    const long rank = elimination.rank();
    Matrix turned = transposed(triangle.view());
    elimination.rotate(turned);
    Matrix rows(n, n - rank + 1);  // T Q without its first columns, and what they leave of f beside it
    for (long i = 0; i < n; ++i) {
      rows(i, n - rank) = target[static_cast<Index>(i)] - dot(turned.column(i).data(), elimination.fixed().data(), rank);
      for (long j = rank; j < n; ++j) rows(i, j - rank) = turned(j, i);
    }
    staircase_qr(rows.view(), std::vector<long>(static_cast<Index>(n), 0L));
    take(rows);
  }

  /// Rows delta I below the triangle.
  void hold(double delta) {
    const long n = size();
    Matrix stack(2 * n, n + 1);
    std::vector<long> first_column;
    for (long i = 0; i < n; ++i) first_column.insert(first_column.end(), {i, i});
    for (long j = 0; j < n; ++j) {
      for (long i = 0; i <= j; ++i) stack(2 * i, j) = triangle(i, j);
      stack(2 * j + 1, j) = delta;
      stack(2 * j, n) = target[static_cast<Index>(j)];
    }
    staircase_qr(stack.view(), first_column);
    take(stack);
  }

  void take(const Matrix& rows) {
    const long n = rows.columns() - 1;
    triangle = Matrix(n, n);
    for (long j = 0; j < n; ++j) std::copy_n(rows.column(j).begin(), j + 1, triangle.column(j).begin());
    target.assign(rows.column(n).begin(), rows.column(n).begin() + n);
  }
};

/// Inequalities as W'xi >= v with xi = T y - f.
struct LeastDistance {
  Matrix w;
  Vector v;
  Vector multipliers;  ///< of the conditions at norm 1
  bool converged = true;

  LeastDistance(const ScaledConditions& at_least, const FreeProblem& free, const Elimination& elimination)
      : w(free.size(), at_least.count()), v(at_least.right), multipliers(v.size(), 0.0) {
    if (v.empty()) return;
    Matrix rows = at_least.rows;
    if (elimination.rank() > 0) elimination.rotate(rows);
    for (long k = 0; k < w.columns(); ++k) {
      const double* row = rows.column(k).data();
      if (elimination.rank() > 0) v[static_cast<Index>(k)] -= dot(row, elimination.fixed().data(), elimination.rank());
      std::copy_n(row + elimination.rank(), w.rows(), w.column(k).begin());
    }
    if (w.rows() > 0) lapack::upper_solve(free.triangle.view(), Op::transposed, w.view());
    for (long k = 0; k < w.columns(); ++k) v[static_cast<Index>(k)] -= dot(w.column(k).data(), free.target.data(), w.rows());
    solve();
  }

  /// xi = W multipliers.
  Vector shift() const {
    Vector xi(static_cast<Index>(w.rows()), 0.0);
    if (!v.empty() && w.rows() > 0) lapack::multiply(1.0, w.view(), Op::plain, multipliers.data(), 0.0, xi.data());
    return xi;
  }

private:
  /// The multipliers by the dual: min |[W; v'] u - e| over u >= 0, e the last unit vector; then multipliers = u / (1 - v'u).
  void solve() {
    const long count = w.columns();
    const long width = std::min(w.rows(), count);
    Matrix reduced = w;  // only W's triangle matters, and its columns are few
    Vector tau(static_cast<Index>(width));
    lapack::householder_qr(reduced.view(), 32, tau);
    Vector lengths;
    double measure = 0.0;  // of v, beside W's columns at norm 1
    for (long k = 0; k < count; ++k) {
      const double length = std::sqrt(dot(w.column(k).data(), w.column(k).data(), w.rows()));
      lengths.push_back(length);
      if (length > 0.0) measure = std::max(measure, std::abs(v[static_cast<Index>(k)]) / length);
      if (length == 0.0 && v[static_cast<Index>(k)] > slack)
        throw InputError("inequality constraint " + std::to_string(k) + " asks what no coefficient is left to change");
    }
    if (measure == 0.0) return;
    Matrix rows(width + 1, count);
    for (long k = 0; k < count; ++k) {
      const double length = lengths[static_cast<Index>(k)];
      if (length == 0.0) continue;
      for (long i = 0; i <= std::min(k, width - 1); ++i) rows(i, k) = reduced(i, k) / length;
      rows(width, k) = v[static_cast<Index>(k)] / (length * measure);
    }
    Vector unit(static_cast<Index>(width + 1), 0.0);
    unit.back() = 1.0;
    const NonNegativeSolution dual = solve_non_negative(rows.view(), unit);
    converged = dual.converged;
    double left = 1.0;
    for (long k = 0; k < count; ++k) left -= rows(width, k) * dual.x[static_cast<Index>(k)];
    if (left < 1e3 * static_cast<double>(width + count) * epsilon)
      throw InputError("inequality constraints contradict each other or the equality constraints");
    for (long k = 0; k < count; ++k)
      if (lengths[static_cast<Index>(k)] > 0.0)
        multipliers[static_cast<Index>(k)] = dual.x[static_cast<Index>(k)] * measure / (left * lengths[static_cast<Index>(k)]);
  }
};

/// trace R Z (I - active) (Z'(R'R + P'P) Z)^-1 Z' R' by way of what the prior's rows P keep of it.
double degrees_of_freedom(const ScaledProblem& whole, const Elimination& elimination, const FreeProblem& free,
                          const LeastDistance& distance) {
  const long n = static_cast<long>(whole.held.size());
  Matrix prior(n, n);
  for (long j = 0; j < n; ++j) prior(j, j) = whole.held[static_cast<Index>(j)];
  if (elimination.rank() > 0) elimination.rotate(prior);
  const MatrixView kept = prior.block(elimination.rank(), 0, free.size(), n);
  if (free.size() == 0) return 0.0;
  lapack::upper_solve(free.triangle.view(), Op::transposed, kept);
  double lost = 0.0;
  for (long j = 0; j < n; ++j) lost += dot(kept.column(j), kept.column(j), free.size());

  std::vector<long> active;
  for (Index k = 0; k < distance.multipliers.size(); ++k)
    if (distance.multipliers[k] > 0.0) active.push_back(static_cast<long>(k));
  const long count = static_cast<long>(active.size());
  Matrix held(free.size(), count);
  for (long k = 0; k < count; ++k) {
    const std::span<const double> column = distance.w.column(active[static_cast<Index>(k)]);
    std::copy(column.begin(), column.end(), held.column(k).begin());
  }
  Vector tau(static_cast<Index>(count));
  lapack::householder_qr(held.view(), 32, tau);
  lapack::apply_q_transposed(held.view(), tau, kept);
  for (long j = 0; j < n; ++j) lost -= dot(kept.column(j), kept.column(j), count);
  return static_cast<double>(free.size() - count) - lost;
}

/// How far x is from the conditions of a smallest one; relative.
double kkt_violation(const TriangularFactor& factor, const ScaledProblem& whole, const Elimination& elimination,
                     const ScaledConditions& at_least, const Vector& multipliers, const Vector& x) {
  const long n = factor.unknowns();
  Vector left = whole.data_target;
  for (long j = 0; j < n; ++j) {
    const std::span<const double> column = factor.column(j);
    const double share = x[static_cast<Index>(j)] / whole.scale[static_cast<Index>(j)];
    for (Index i = 0; i < column.size(); ++i) left[i] -= share * column[i];
  }
  Matrix gradient(static_cast<long>(x.size()), 1);
  double pull = 0.0;
  for (long j = 0; j < n; ++j) {
    const std::span<const double> column = factor.column(j);
    const double scale = whole.scale[static_cast<Index>(j)];
    const long count = static_cast<long>(column.size());
    const double held = whole.held[static_cast<Index>(j)];
    pull = std::max(pull, std::abs(dot(column.data(), whole.data_target.data(), count)) / scale);
    gradient(j, 0) = held * held * x[static_cast<Index>(j)] - dot(column.data(), left.data(), count) / scale;
    for (long k = 0; k < at_least.count(); ++k) gradient(j, 0) -= multipliers[static_cast<Index>(k)] * at_least.rows(j, k);
  }
  if (elimination.rank() > 0) elimination.rotate(gradient);  // equalities may pull at what they fix
  double worst = 0.0;
  for (long j = elimination.rank(); j < n; ++j) worst = std::max(worst, std::abs(gradient(j, 0)));
  worst /= pull > 0.0 ? pull : 1.0;
  const double size = std::max(norm(x), std::numeric_limits<double>::min());
  for (long k = 0; k < at_least.count(); ++k) {
    const double over = dot(at_least.rows.column(k).data(), x.data(), n) - at_least.right[static_cast<Index>(k)];
    const bool active = multipliers[static_cast<Index>(k)] > 0.0;
    worst = std::max(worst, (active ? std::abs(over) : -over) / size);
  }
  return worst;
}

}  // namespace

ConstrainedSolution solve_constrained(const TriangularFactor& factor, const Prior& prior, double lambda,
                                      const LinearConstraints& constraints) {
  const long n = factor.unknowns();
  if (!(lambda >= 0.0) || !std::isfinite(lambda)) throw DomainError("lambda " + std::to_string(lambda) + " is not a number >= 0");
  if (static_cast<long>(prior.weight.size()) != n || prior.mean.size() != prior.weight.size())
    throw ShapeError("a prior for " + std::to_string(prior.weight.size()) + " unknowns does not fit a factor of " +
                     std::to_string(n));
  require_rows(constraints.equal, constraints.equal_to, n, "equality constraints");
  require_rows(constraints.at_least, constraints.bound, n, "inequality constraints");

  const ScaledProblem whole(factor, prior, lambda);
  const ScaledConditions equal(constraints.equal, constraints.equal_to, prior, whole.scale);
  const ScaledConditions at_least(constraints.at_least, constraints.bound, prior, whole.scale);
  const Elimination elimination(equal);
  const FreeProblem free(whole, elimination);
  const LeastDistance distance(at_least, free, elimination);
  Vector y = distance.shift();
  for (Index i = 0; i < y.size(); ++i) y[i] += free.target[i];
  if (!y.empty()) lapack::upper_solve(free.triangle.view(), Op::plain, {y.data(), free.size(), 1, free.size()});
  const Vector x = elimination.back(y);

  Matrix coefficients(n, 1);
  for (long j = 0; j < n; ++j)
    coefficients(j, 0) = prior.mean[static_cast<Index>(j)] + x[static_cast<Index>(j)] / whole.scale[static_cast<Index>(j)];
  ConstrainedSolution out{{{coefficients.values().begin(), coefficients.values().end()}, {}}, distance.multipliers};
  for (Index k = 0; k < out.multipliers.size(); ++k)
    if (at_least.length[k] > 0.0) out.multipliers[k] /= at_least.length[k];
  Summary& summary = out.solution.summary;
  summary.rows = factor.row_count();
  summary.columns = n;
  const Vector norms = factor.column_norms();
  summary.zero_columns = std::count(norms.begin(), norms.end() - 1, 0.0);
  summary.lambda = lambda;
  summary.lambda_how = "given";
  summary.degrees_of_freedom = degrees_of_freedom(whole, elimination, free, distance);
  summary.residual_norm = std::sqrt(factor.squared_residuals(coefficients).front());
  summary.rms = summary.rows > 0 ? summary.residual_norm / std::sqrt(static_cast<double>(summary.rows)) : 0.0;
  summary.active_constraints = std::count_if(out.multipliers.begin(), out.multipliers.end(), [](double m) { return m > 0.0; });
  summary.kkt_violation = kkt_violation(factor, whole, elimination, at_least, distance.multipliers, x);
  if (free.singular) {
    summary.status = SolveStatus::rank_deficient;
    summary.message = "data, prior and equality constraints leave directions open: these were kept close to the prior's mean";
  } else if (!distance.converged) {
    summary.status = SolveStatus::not_converged;
    summary.message = "the search for the active inequality constraints was stopped";
  }
  return out;
}

}  // namespace carillon
