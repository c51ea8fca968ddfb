#include "carillon/solve/updated_qr.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "carillon/core/error.hpp"
#include "carillon/solve/lapack.hpp"

namespace carillon {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
// A column that is rounding of the others only may go on losing half of itself: it is known for dependent long before.
constexpr int most_passes = 5;

double norm(std::span<const double> x) { return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0)); }

struct Rotation {
  double cosine, sine;

  void apply(double& x, double& y) const {
    const double upper = cosine * x + sine * y;
    y = cosine * y - sine * x;
    x = upper;
  }
};

}  // namespace

UpdatedQr::UpdatedQr(long rows, long capacity) {
  if (rows < 0 || capacity < 0)
    throw DomainError("an updated QR of " + std::to_string(rows) + " rows and " + std::to_string(capacity) + " columns");
  q_ = Matrix(rows, capacity);
  r_ = Matrix(capacity, capacity);
}

/// Takes Q Q' rest away from `rest`, as often as it takes; adds Q' rest to the coordinates.
/// @return  what is left of its norm
double UpdatedQr::orthogonalise(std::vector<double>& rest, std::span<double> coordinates) const {
  std::vector<double> step(static_cast<std::size_t>(size_));
  double left = norm(rest);
  for (int pass = 0; pass < most_passes && size_ > 0; ++pass) {
    const double before = left;
    lapack::multiply(1.0, q(), lapack::Op::transposed, rest.data(), 0.0, step.data());
    lapack::multiply(-1.0, q(), lapack::Op::plain, step.data(), 1.0, rest.data());
    std::transform(step.begin(), step.end(), coordinates.begin(), coordinates.begin(), std::plus<>());
    left = norm(rest);
    if (left > std::sqrt(0.5) * before) break;
  }
  return left;
}

bool UpdatedQr::add(std::span<const double> column) {
  if (static_cast<long>(column.size()) > rows())
    throw ShapeError("a column of " + std::to_string(column.size()) + " entries for " + std::to_string(rows()) + " rows");
  if (size_ == q_.columns()) throw ShapeError("an updated QR has no place for a further column");
  std::vector<double> rest(static_cast<std::size_t>(rows()), 0.0);
  std::copy(column.begin(), column.end(), rest.begin());
  const std::span<double> coordinates = r_.column(size_);
  std::fill(coordinates.begin(), coordinates.end(), 0.0);
  const double left = orthogonalise(rest, coordinates);
  if (!(left > 10.0 * static_cast<double>(rows()) * epsilon * norm(column))) return false;
  coordinates[static_cast<std::size_t>(size_)] = left;
  std::transform(rest.begin(), rest.end(), q_.column(size_).begin(), [left](double x) { return x / left; });
  ++size_;
  return true;
}

std::vector<double> UpdatedQr::remove(long place) {
  if (place < 0 || place >= size_) throw DomainError("an updated QR has no column " + std::to_string(place));
  for (long j = place; j + 1 < size_; ++j) std::copy_n(r_.column(j + 1).begin(), j + 2, r_.column(j).begin());
  // Columns from `place` on now reach one below the diagonal.
  for (long i = place; i + 1 < size_; ++i) {
    const double length = std::hypot(r_(i, i), r_(i + 1, i));
    const Rotation rotation{r_(i, i) / length, r_(i + 1, i) / length};
    for (long j = i; j + 1 < size_; ++j) rotation.apply(r_(i, j), r_(i + 1, j));
    r_(i + 1, i) = 0.0;
    double* x = q_.column(i).data();
    double* y = q_.column(i + 1).data();
    for (long k = 0; k < rows(); ++k) rotation.apply(x[k], y[k]);
  }
  --size_;
  const std::span<const double> gone = q_.column(size_);
  return {gone.begin(), gone.end()};
}

}  // namespace carillon
