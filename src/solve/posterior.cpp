#include "carillon/solve/posterior.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/penalised_triangle.hpp"
#include "carillon/solve/prior.hpp"
#include "carillon/solve/staircase_qr.hpp"

namespace carillon {
namespace {

using Index = std::size_t;

constexpr long column_tile = 64;
constexpr char mark[] = "posterior 1";
// A column's diagonal in U below this part of its norm is rounding: data of condition 1e12 leave 1e-12, and the penalty more.
constexpr double determined = 1e-13;
constexpr double weak_penalty = 1e-8;

/// op(U)^-1 of every column, in tiles that do not depend on the thread count.
void solve_in_tiles(MatrixView triangle, lapack::Op op, Matrix& columns) {
  const long tiles = (columns.columns() + column_tile - 1) / column_tile;
  parallel_for(tiles, [&](long tile) {
    const long begin = tile * column_tile;
    lapack::upper_solve(triangle, op, columns.block(0, begin, columns.rows(), std::min(column_tile, columns.columns() - begin)));
  });
}

/// Standard normal numbers by Box and Muller's transform (DOI 10.1214/aoms/1177706645): unlike
/// std::normal_distribution the same with every standard library.
class NormalNumbers {
public:
  explicit NormalNumbers(std::uint64_t seed) : bits_(seed) {}

  double next() {
    if (spare_known_) {
      spare_known_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    spare_known_ = true;
    return radius * std::cos(angle);
  }

private:
  double uniform() { return static_cast<double>(bits_() >> 11) * 0x1.0p-53; }  // in [0, 1)

  std::mt19937_64 bits_;
  double spare_ = 0.0;
  bool spare_known_ = false;
};

std::vector<long> finite_places(std::span<const double> penalty) {
  std::vector<long> places;
  for (Index j = 0; j < penalty.size(); ++j)
    if (std::isfinite(penalty[j])) places.push_back(static_cast<long>(j));
  return places;
}

std::vector<double> taken(std::span<const double> values, std::span<const long> places) {
  std::vector<double> out;
  for (const long place : places) out.push_back(values[static_cast<Index>(place)]);
  return out;
}

double norm_of(std::span<const double> column) {
  return std::sqrt(std::inner_product(column.begin(), column.end(), column.begin(), 0.0));
}

void require_sound(std::span<const double> penalty, double noise_variance) {
  for (const double p : penalty)
    if (!(p >= 0.0)) throw DomainError("a posterior's penalty " + std::to_string(p) + " is not a number >= 0");
  if (!(noise_variance >= 0.0) || !std::isfinite(noise_variance))
    throw DomainError("a posterior's noise variance " + std::to_string(noise_variance) + " is not a number >= 0");
}

/// The trailing block of R when the columns `last` of the triangle stand behind the others, in this order.
Matrix trailing_triangle(const Matrix& triangle, const std::vector<long>& last) {
  const long n = triangle.rows();
  const long kept = static_cast<long>(last.size());
  std::vector<bool> wanted(static_cast<Index>(n), false);
  for (const long j : last) wanted[static_cast<Index>(j)] = true;
  std::vector<long> order;
  for (long j = 0; j < n; ++j)
    if (!wanted[static_cast<Index>(j)]) order.push_back(j);
  order.insert(order.end(), last.begin(), last.end());
  Matrix work(n, n);
  for (long k = 0; k < n; ++k) {
    const std::span<const double> from = triangle.column(order[static_cast<Index>(k)]);
    std::copy(from.begin(), from.end(), work.column(k).begin());
  }
  if (!std::is_sorted(order.begin(), order.end())) staircase_qr(work.view(), std::vector<long>(static_cast<Index>(n), 0L));
  Matrix out(kept, kept);
  for (long i = 0; i < kept; ++i) {
    const double sign = work(n - kept + i, n - kept + i) < 0.0 ? -1.0 : 1.0;
    for (long k = i; k < kept; ++k) out(i, k) = sign * work(n - kept + i, n - kept + k);
  }
  return out;
}

}  // namespace

Posterior::Posterior(const TriangularFactor& factor, std::vector<double> penalty, double noise_variance)
    : penalty_(std::move(penalty)), varying_(finite_places(penalty_)), noise_variance_(noise_variance) {
  if (factor.unknowns() != unknowns())
    throw ShapeError("penalties of " + std::to_string(unknowns()) + " unknowns do not fit a factor of " +
                     std::to_string(factor.unknowns()));
  require_sound(penalty_, noise_variance);
  const double typical = typical_size(factor.column_norms());
  const auto reduce = [&] { triangle_ = penalised_triangle(factor, {varying_, taken(penalty_, varying_), {}}); };
  reduce();
  for (long k = 0; k < triangle_.columns(); ++k) {
    if (triangle_(k, k) > determined * norm_of(triangle_.column(k))) continue;
    double& weak = penalty_[static_cast<Index>(varying_[static_cast<Index>(k)])];
    weak = std::max(weak, weak_penalty * typical);
    ++undetermined_;
  }
  if (undetermined_ > 0) reduce();
}

std::vector<double> Posterior::standard_deviations(const Matrix& rows) const {
  if (rows.rows() != unknowns())
    throw ShapeError("rows of " + std::to_string(rows.rows()) + " entries for a posterior of " + std::to_string(unknowns()) +
                     " unknowns");
  Matrix whitened(static_cast<long>(varying_.size()), rows.columns());
  for (long l = 0; l < rows.columns(); ++l)
    for (Index k = 0; k < varying_.size(); ++k) whitened.column(l)[k] = rows.column(l)[static_cast<Index>(varying_[k])];
  if (!varying_.empty()) solve_in_tiles(triangle_.view(), lapack::Op::transposed, whitened);
  std::vector<double> deviations;
  for (long l = 0; l < rows.columns(); ++l) deviations.push_back(std::sqrt(noise_variance_) * norm_of(whitened.column(l)));
  return deviations;
}

Matrix Posterior::sample(long count, std::uint64_t seed) const {
  NormalNumbers normal(seed);
  Matrix draws(static_cast<long>(varying_.size()), count);
  for (double& x : draws.values()) x = std::sqrt(noise_variance_) * normal.next();
  if (!varying_.empty()) solve_in_tiles(triangle_.view(), lapack::Op::plain, draws);
  Matrix out(unknowns(), count);
  for (long l = 0; l < count; ++l)
    for (Index k = 0; k < varying_.size(); ++k) out.column(l)[static_cast<Index>(varying_[k])] = draws.column(l)[k];
  return out;
}

Posterior Posterior::marginal(std::span<const long> unknowns) const {
  Posterior out;
  out.penalty_ = taken(penalty_, unknowns);
  out.varying_ = finite_places(out.penalty_);
  out.noise_variance_ = noise_variance_;
  out.undetermined_ = undetermined_;
  std::vector<long> places;
  for (const long place : out.varying_) {
    const long unknown = unknowns[static_cast<Index>(place)];
    places.push_back(std::lower_bound(varying_.begin(), varying_.end(), unknown) - varying_.begin());
  }
  out.triangle_ = trailing_triangle(triangle_, places);
  return out;
}

std::vector<double> Posterior::packed() const {
  std::vector<double> numbers;
  const long n = triangle_.columns();
  numbers.reserve(static_cast<Index>(n * (n + 1) / 2));
  for (long k = 0; k < n; ++k) {
    const std::span<const double> column = triangle_.column(k);
    numbers.insert(numbers.end(), column.begin(), column.begin() + k + 1);
  }
  return numbers;
}

Posterior Posterior::from_packed(std::vector<double> penalty, double noise_variance, long undetermined,
                                 std::span<const double> packed) {
  require_sound(penalty, noise_variance);
  Posterior out;
  out.penalty_ = std::move(penalty);
  out.varying_ = finite_places(out.penalty_);
  out.noise_variance_ = noise_variance;
  out.undetermined_ = undetermined;
  const long n = static_cast<long>(out.varying_.size());
  if (static_cast<long>(packed.size()) != n * (n + 1) / 2)
    throw ShapeError(std::to_string(packed.size()) + " numbers are not a triangle of " + std::to_string(n) + " columns");
  out.triangle_ = Matrix(n, n);
  const double* from = packed.data();
  for (long k = 0; k < n; ++k) {
    std::copy_n(from, k + 1, out.triangle_.column(k).begin());
    from += k + 1;
    if (!(out.triangle_(k, k) > 0.0)) throw DomainError("a posterior's triangle has a diagonal entry that is not above 0");
  }
  if (!std::all_of(packed.begin(), packed.end(), [](double x) { return std::isfinite(x); }))
    throw DomainError("a posterior's triangle holds a nan or an infinity");
  return out;
}

std::string Posterior::serialize() const {
  return ByteWriter().text(mark).numbers(penalty_).number(noise_variance_).integer(undetermined_).numbers(packed()).take();
}

Posterior Posterior::deserialize(std::string_view bytes) {
  ByteReader from(bytes);
  if (from.text() != mark) throw InputError("these bytes are not a posterior");
  std::vector<double> penalty = from.numbers();
  const double noise_variance = from.number();
  const long undetermined = from.integer();
  const std::vector<double> packed = from.numbers();
  from.end();
  try {
    return from_packed(std::move(penalty), noise_variance, undetermined, packed);
  } catch (const Error& problem) {
    throw InputError(std::string("a posterior's bytes are damaged: ") + problem.what());
  }
}

Matrix sensitivity(const Posterior& block, const TriangularFactor& evidence) {
  const long parents = evidence.unknowns() - block.unknowns();
  if (parents < 0) throw ShapeError("evidence of fewer unknowns than the block's posterior has");
  std::vector<long> beside(static_cast<Index>(parents));
  std::iota(beside.begin(), beside.end(), block.unknowns());
  const std::vector<long>& varying = block.varying();
  Matrix triangle = penalised_triangle(evidence, {varying, taken(block.penalty(), varying), beside});
  const long n = static_cast<long>(varying.size());
  Matrix follow(n, parents);
  for (long p = 0; p < parents; ++p)
    std::transform(triangle.column(n + p).begin(), triangle.column(n + p).end(), follow.column(p).begin(), std::negate<>());
  if (n > 0 && parents > 0) solve_in_tiles(triangle.block(0, 0, n, n), lapack::Op::plain, follow);
  Matrix out(block.unknowns(), parents);
  for (long p = 0; p < parents; ++p)
    for (Index k = 0; k < varying.size(); ++k) out.column(p)[static_cast<Index>(varying[k])] = follow.column(p)[k];
  return out;
}

}  // namespace carillon
