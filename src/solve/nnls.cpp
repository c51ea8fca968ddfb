#include "carillon/solve/nnls.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "carillon/core/error.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/updated_qr.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

double norm(std::span<const double> x) { return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0)); }

class ActiveSetSearch {
public:
  ActiveSetSearch(MatrixView a, std::span<const double> b)
      : a_(a),
        b_(b),
        qr_(a.rows, std::min(a.rows, a.columns)),
        solution_{std::vector<double>(static_cast<Index>(a.columns), 0.0), true},
        waiting_(static_cast<Index>(a.columns), true) {}

  NonNegativeSolution run() {
    const long most = 30 * std::max(1L, a_.columns);
    for (long exchange = 0;; ++exchange) {
      const long j = steepest();
      if (j < 0) return solution_;
      if (exchange == most) {
        solution_.converged = false;
        return solution_;
      }
      waiting_[static_cast<Index>(j)] = false;
      if (!qr_.add(column(j))) continue;  // not waiting and not used: left alone until the set changes
      used_.push_back(j);
      settle();
    }
  }

private:
  std::span<const double> column(long j) const { return {a_.column(j), static_cast<Index>(a_.rows)}; }

  /// The column not in use along which the misfit falls fastest; -1 when along none.
  long steepest() const {
    std::vector<double> misfit(b_.begin(), b_.end());
    lapack::multiply(-1.0, a_, lapack::Op::plain, solution_.x.data(), 1.0, misfit.data());
    // What rounding of the misfit alone makes of a product.
    const double noise = 10.0 * static_cast<double>(a_.rows + a_.columns) * epsilon * norm(b_);
    long best = -1;
    double most = 0.0;
    if (qr_.size() == std::min(a_.rows, a_.columns)) return best;
    for (long j = 0; j < a_.columns; ++j) {
      if (!waiting_[static_cast<Index>(j)]) continue;
      const double length = norm(column(j));
      const double fall = std::inner_product(misfit.begin(), misfit.end(), a_.column(j), 0.0);
      if (length == 0.0 || fall <= noise * length || fall <= most * length) continue;
      best = j;
      most = fall / length;
    }
    return best;
  }

  std::vector<double> solve_used() const {
    std::vector<double> z(static_cast<Index>(qr_.size()), 0.0);
    if (z.empty()) return z;
    lapack::multiply(1.0, qr_.q(), lapack::Op::transposed, b_.data(), 0.0, z.data());
    lapack::upper_solve(qr_.r(), lapack::Op::plain, {z.data(), qr_.size(), 1, qr_.size()});
    return z;
  }

  /// Goes to the least-squares solution of the columns in use, or as far as the first that would become negative, which leaves.
  void settle() {
    const long newest = used_.back();
    for (;;) {
      const std::vector<double> z = solve_used();
      double step = 1.0;
      long first = -1;
      for (Index k = 0; k < z.size(); ++k) {
        const double x = value(k);
        if (z[k] > 0.0) continue;
        const double until = x > 0.0 ? x / (x - z[k]) : 0.0;
        if (first >= 0 && until >= step) continue;
        step = until;
        first = static_cast<long>(k);
      }
      for (Index k = 0; k < z.size(); ++k) value(k) += step * (z[k] - value(k));
      if (first < 0) break;
      const long leaving = used_[static_cast<Index>(first)];
      value(static_cast<Index>(first)) = 0.0;
      qr_.remove(first);
      used_.erase(used_.begin() + first);
      // The newest may leave at once by rounding; it does not come back before the set has changed, or this would go on for ever.
      if (leaving == newest && step == 0.0) return;
      waiting_[static_cast<Index>(leaving)] = true;
    }
    std::fill(waiting_.begin(), waiting_.end(), true);
    for (const long j : used_) waiting_[static_cast<Index>(j)] = false;
  }

  double& value(Index k) { return solution_.x[static_cast<Index>(used_[k])]; }

  MatrixView a_;
  std::span<const double> b_;
  UpdatedQr qr_;
  std::vector<long> used_;
  NonNegativeSolution solution_;
  std::vector<bool> waiting_;  ///< may be taken into use
};

}  // namespace

NonNegativeSolution solve_non_negative(MatrixView a, std::span<const double> b) {
  if (static_cast<long>(b.size()) != a.rows) throw ShapeError("a right-hand side of the wrong length");
  return ActiveSetSearch(a, b).run();
}

}  // namespace carillon
