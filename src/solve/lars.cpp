#include "carillon/solve/lars.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/updated_qr.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// x'y and x'w in one pass over x, which is what costs.
std::pair<double, double> two_dots(const double* x, const double* y, const double* w, long count) {
  double first = 0.0;
  double second = 0.0;
#pragma omp simd reduction(+ : first, second)
  for (long i = 0; i < count; ++i) {
    first += x[i] * y[i];
    second += x[i] * w[i];
  }
  return {first, second};
}

/// What happens next on the way down.
struct Event {
  enum class Kind { end, join, leave } kind = Kind::end;
  double level = 0.0;
  long which = 0;  ///< join: the column; leave: its place among the active ones
  double sign = 0.0;
};

/// The way down the path: what is active, and the state at the level reached.
class Walk {
public:
  Walk(MatrixView rows, const std::vector<long>& lengths, const LarsOptions& options)
      : matrix_(rows.block(0, 0, rows.rows, rows.columns - 1)),
        lengths_(lengths),
        options_(options),
        full_(std::min(rows.rows, matrix_.columns)),
        most_active_(options.most_active > 0 ? std::min(full_, options.most_active) : full_),
        qr_(rows.rows, most_active_),
        rest_(rows.column(matrix_.columns), rows.column(matrix_.columns) + rows.rows),
        target_(rest_),
        direction_(rest_.size(), 0.0),
        columns_(static_cast<Index>(matrix_.columns)) {}

  LarsEnd run(std::vector<LarsKnot>& knots) {
    correlate();
    for (const Column& column : columns_) level_ = std::max(level_, std::abs(column.rest));
    const double floor = std::max(options_.lowest_level, 4.0 * static_cast<double>(columns_.size()) * epsilon * level_);
    const long most_steps = options_.most_steps > 0 ? options_.most_steps : 16 * static_cast<long>(columns_.size());
    knots.push_back({level_, {}, {}});
    long still = 0;  // events since the level last got lower
    for (long step = 0; level_ > floor; ++step) {
      if (step == most_steps || still > 4 * (static_cast<long>(columns_.size()) + 1)) return LarsEnd::most_steps;
      if (step % 32 == 0) check_interrupt();
      const Event event = next_event(floor);
      still = event.level < level_ ? 0 : still + 1;
      go_down(event, knots);
      if (event.kind == Event::Kind::end) break;
      if (event.kind == Event::Kind::leave)
        leave(event.which);
      else if (qr_.size() == most_active_ && most_active_ < full_)
        return LarsEnd::most_active;
      else
        join(event.which, event.sign);
      correlate();
    }
    return LarsEnd::lowest_level;
  }

private:
  struct Column {
    double rest = 0.0;       ///< m_j'(z - Q Q'z)
    double direction = 0.0;  ///< m_j'Q w: the residual's product is rest + level direction
    bool active = false;
    bool refused = false;  ///< depends on the active columns
    double left_sign =
        0.0;  ///< of a column that left at this very level: it stands at the bound and does not come back from there
  };

  std::span<const double> column(long j) const {
    return {matrix_.column(j), static_cast<Index>(lengths_[static_cast<Index>(j)])};
  }

  void correlate() {
    constexpr long tile_columns = 32;
    const long count = static_cast<long>(columns_.size());
    parallel_for((count + tile_columns - 1) / tile_columns, [&](long tile) {
      for (long j = tile * tile_columns; j < std::min((tile + 1) * tile_columns, count); ++j) {
        Column& mine = columns_[static_cast<Index>(j)];
        if (mine.active || mine.refused) continue;
        const std::span<const double> entries = column(j);
        std::tie(mine.rest, mine.direction) =
            two_dots(entries.data(), rest_.data(), direction_.data(), static_cast<long>(entries.size()));
      }
    });
  }

  /// y and -dy/dlevel of the active columns, at this level.
  void solve_active() {
    const long count = static_cast<long>(active_.size());
    Matrix both(count, 2);
    for (long k = 0; k < count; ++k) {
      const Index place = static_cast<Index>(k);
      both(k, 0) = projected_[place] - level_ * weights_[place];
      both(k, 1) = weights_[place];
    }
    if (count > 0) lapack::upper_solve(qr_.r(), lapack::Op::plain, both.view());
    value_.assign(both.column(0).begin(), both.column(0).end());
    slope_.assign(both.column(1).begin(), both.column(1).end());
  }

  /// The highest level not above this one at which a column joins or leaves; leaving goes first, so that signs stay right.
  Event next_event(double floor) {
    solve_active();
    Event next{Event::Kind::end, floor, 0, 0.0};
    const auto consider = [&](Event::Kind kind, double level, long which, double sign) {
      level = std::min(level, level_);
      if (level > next.level) next = {kind, level, which, sign};
    };
    for (Index k = 0; k < active_.size(); ++k) {
      const double towards_zero = -signs_[k] * slope_[k];
      if (towards_zero > 0.0)
        consider(Event::Kind::leave, level_ - std::max(0.0, signs_[k] * value_[k]) / towards_zero, static_cast<long>(k), 0.0);
    }
    for (Index j = 0; j < columns_.size(); ++j) {
      const Column& column = columns_[j];
      if (column.active || column.refused) continue;
      for (const double sign : {1.0, -1.0}) {
        const double closing = 1.0 - sign * column.direction;
        if (closing > 0.0 && sign != column.left_sign)
          consider(Event::Kind::join, sign * column.rest / closing, static_cast<long>(j), sign);
      }
    }
    return next;
  }

  /// Moves to the event's level and notes the breakpoint, unless the path does not get further by it.
  void go_down(const Event& event, std::vector<LarsKnot>& knots) {
    const double by = level_ - event.level;
    if (by <= 0.0) return;
    level_ = event.level;
    for (Column& column : columns_) column.left_sign = 0.0;
    LarsKnot knot{level_, active_, value_};
    for (Index k = 0; k < active_.size(); ++k) knot.value[k] += by * slope_[k];
    if (event.kind == Event::Kind::leave) knot.value[static_cast<Index>(event.which)] = 0.0;
    knots.push_back(std::move(knot));
  }

  void join(long j, double sign) {
    Column& joining = columns_[static_cast<Index>(j)];
    if (qr_.size() == full_ || !qr_.add(column(j))) {
      joining.refused = true;
      return;
    }
    joining.active = true;
    const long last = qr_.size() - 1;
    const double* q = qr_.q().column(last);
    const MatrixView r = qr_.r();
    double weight = sign;
    for (long i = 0; i < last; ++i) weight -= r(i, last) * weights_[static_cast<Index>(i)];
    weight /= r(last, last);
    const double projection = std::inner_product(q, q + qr_.rows(), rest_.data(), 0.0);
    for (Index i = 0; i < rest_.size(); ++i) {
      rest_[i] -= projection * q[i];
      direction_[i] += weight * q[i];
    }
    active_.push_back(static_cast<int>(j));
    signs_.push_back(sign);
    weights_.push_back(weight);
    projected_.push_back(projection);
  }

  void leave(long place) {
    const Index k = static_cast<Index>(place);
    Column& leaving = columns_[static_cast<Index>(active_[k])];
    leaving.active = false;
    leaving.left_sign = signs_[k];
    for (Column& column : columns_) column.refused = false;  // what depended on it may be independent now
    active_.erase(active_.begin() + place);
    signs_.erase(signs_.begin() + place);
    const std::vector<double> gone = qr_.remove(place);
    const double projection = std::inner_product(gone.begin(), gone.end(), target_.begin(), 0.0);
    for (Index i = 0; i < rest_.size(); ++i) rest_[i] += projection * gone[i];
    weights_ = signs_;
    projected_.resize(signs_.size());
    if (signs_.empty()) {
      std::fill(direction_.begin(), direction_.end(), 0.0);
      return;
    }
    lapack::upper_solve(qr_.r(), lapack::Op::transposed, {weights_.data(), qr_.size(), 1, qr_.size()});
    lapack::multiply(1.0, qr_.q(), lapack::Op::plain, weights_.data(), 0.0, direction_.data());
    lapack::multiply(1.0, qr_.q(), lapack::Op::transposed, target_.data(), 0.0, projected_.data());
  }

  MatrixView matrix_;
  const std::vector<long>& lengths_;
  const LarsOptions& options_;
  long full_;  ///< more columns than this are never independent
  long most_active_;
  UpdatedQr qr_;
  std::vector<double> rest_;       ///< z - Q Q'z
  std::vector<double> target_;     ///< z
  std::vector<double> direction_;  ///< Q w
  std::vector<Column> columns_;
  std::vector<int> active_;
  std::vector<double> signs_, weights_, projected_;  ///< s, w, Q'z
  std::vector<double> value_, slope_;                ///< of y at this level
  double level_ = 0.0;
};

void require_sound(MatrixView rows, const std::vector<long>& lengths, const LarsOptions& options) {
  const bool fit = rows.columns > 0 && static_cast<long>(lengths.size()) == rows.columns - 1 &&
                   std::all_of(lengths.begin(), lengths.end(), [&](long length) { return length >= 0 && length <= rows.rows; });
  if (!fit) throw ShapeError("column lengths do not fit a matrix of " + std::to_string(rows.columns - 1) + " columns");
  if (!(options.lowest_level >= 0.0) || options.most_active < 0 || options.most_steps < 0)
    throw DomainError("a limit of a LARS path is not a number >= 0");
}

}  // namespace

LarsPath::LarsPath(MatrixView rows, const std::vector<long>& lengths, const LarsOptions& options) : size_(rows.columns - 1) {
  require_sound(rows, lengths, options);
  end_ = Walk(rows, lengths, options).run(knots_);
}

std::vector<double> LarsPath::at(double level) const {
  std::vector<double> y(static_cast<Index>(size_), 0.0);
  const auto add = [&](const LarsKnot& knot, double share) {
    for (Index k = 0; k < knot.active.size(); ++k) y[static_cast<Index>(knot.active[k])] += share * knot.value[k];
  };
  if (level >= knots_.front().level) return y;
  // The first knot at or below the level.
  const auto below = std::partition_point(knots_.begin(), knots_.end(), [level](const LarsKnot& k) { return k.level > level; });
  if (below == knots_.end()) {
    add(knots_.back(), 1.0);
    return y;
  }
  const LarsKnot& upper = *std::prev(below);
  const double share = (level - below->level) / (upper.level - below->level);
  add(upper, share);
  add(*below, 1.0 - share);
  return y;
}

}  // namespace carillon
