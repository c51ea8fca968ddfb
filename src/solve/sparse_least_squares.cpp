#include "carillon/solve/sparse_least_squares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/solve/lasso.hpp"
#include "carillon/solve/spectrum.hpp"
#include "carillon/solve/support_refit.hpp"

namespace carillon {
namespace {

constexpr double largest_violation = 1e-6;

/// One factor's LASSO path, by strengths relative to a unit of level.
class LassoCurve : public StrengthCurve {
public:
  LassoCurve(const TriangularFactor& factor, const Prior& prior, double l2, double unit, const LarsOptions& limits,
             std::optional<double> refit)
      : factor_(factor), prior_(prior), l2_(l2), unit_(unit), refit_(refit), path_(factor, prior, l2, limits) {}

  double lowest() const override {
    const LarsPath& lars = path_.lars();
    return lars.end() == LarsEnd::lowest_level || unit_ == 0.0 ? 0.0 : lars.lowest_level() / unit_;
  }

  Points at(std::span<const double> lambdas) const override {
    std::vector<double> levels;
    for (const double lambda : lambdas) levels.push_back(unit_ * lambda);
    Points points{path_.coefficients(levels), {}};
    for (std::size_t l = 0; l < levels.size(); ++l) {
      check_interrupt();
      if (!refit_) {
        points.degrees_of_freedom.push_back(path_.degrees_of_freedom(levels[l]));
        continue;
      }
      const Solution anew = refit(levels[l]);
      std::copy(anew.coefficients.begin(), anew.coefficients.end(), points.coefficients.column(static_cast<long>(l)).begin());
      points.degrees_of_freedom.push_back(anew.summary.degrees_of_freedom);
    }
    return points;
  }

  Solution solution(double lambda) const override {
    const double level = unit_ * lambda;
    const Matrix sparse = path_.coefficients({&level, 1});
    const double violation = lasso_kkt_violation(factor_, prior_, sparse.column(0), level, l2_);
    const Points points = at({&lambda, 1});
    Solution solution = solution_of(factor_, path_.form(), points.coefficients, lambda);
    Summary& summary = solution.summary;
    summary.degrees_of_freedom = points.degrees_of_freedom.front();
    summary.kkt_violation = violation;
    const Matrix triangle = path_.active_triangle(level);
    set_spectrum(summary, find_spectrum(factor_, prior_, path_.form(), path_.triangle()),
                 singular_range(triangle.view()).condition());
    if (violation > largest_violation) {
      summary.status = SolveStatus::not_converged;
      summary.message = fmt::format("optimality conditions are violated by {:.2g} of the penalty", violation);
    }
    return solution;
  }

private:
  /// The support at a level, fitted anew.
  Solution refit(double level) const {
    const Matrix sparse = path_.coefficients({&level, 1});
    std::vector<bool> kept(prior_.mean.size());
    for (std::size_t j = 0; j < kept.size(); ++j)
      kept[j] = prior_.weight[j] == 0.0 || sparse(static_cast<long>(j), 0) != prior_.mean[j];
    return refit_support(factor_, prior_, kept, *refit_);
  }

  const TriangularFactor& factor_;
  const Prior& prior_;
  double l2_;
  double unit_;
  std::optional<double> refit_;
  LassoPath path_;
};

}  // namespace

SparseLeastSquares::SparseLeastSquares(LeastSquaresOptions given)
    : CurveLeastSquares(std::move(given)), l2_(options().method == "elastic_net" ? options().sparse.l2 : 0.0) {
  if (options().method == "elastic_net" && !(l2_ > 0.0))
    throw InputError(fmt::format("method elastic_net needs l2 above 0, not {}; without it take lasso", l2_));
  if (options().sparse.refit && !(*options().sparse.refit >= 0.0))
    throw InputError("the strength of a refit is not a number >= 0");
  if (options().sparse.most_active < 0) throw InputError("the number of active terms cannot be negative");
}

double SparseLeastSquares::unit(const TriangularFactor& total, const Prior& prior) const {
  return lasso_entry_level(total, prior);
}

std::vector<double> SparseLeastSquares::strengths(const LambdaGrid& grid) const {
  std::vector<double> values = grid.values();
  const auto above = std::upper_bound(values.begin() + 1, values.end(), 1.0);
  values.erase(above, values.end());
  return values;
}

std::unique_ptr<StrengthCurve> SparseLeastSquares::curve(const TriangularFactor& factor, const Prior& prior, double lowest,
                                                         double unit) const {
  const LarsOptions limits{unit * lowest, options().sparse.most_active, 0};
  return std::make_unique<LassoCurve>(factor, prior, l2_, unit, limits, options().sparse.refit);
}

}  // namespace carillon
