// Least squares on triangular factors, beside the speed of dgemm in the same run. One thread, unless the name says two.
//
// The argument is the number of unknowns. The flop/s of a step are its leading operation count, as in its docstring, divided by
// time, so that flop/s over dgemm's is the share of the machine that the step turns into progress.

#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <random>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/band_form.hpp"
#include "carillon/solve/lapack.hpp"
#include "carillon/solve/lasso.hpp"
#include "carillon/solve/ridge.hpp"
#include "carillon/solve/ridge_path.hpp"
#include "carillon/solve/row_stream.hpp"

namespace carillon {
namespace {

std::vector<double> random_numbers(long count) {
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> numbers(static_cast<std::size_t>(count));
  for (double& x : numbers) x = uniform(generator);
  return numbers;
}

Matrix random_matrix(long size) {
  Matrix matrix(size, size);
  const std::vector<double> numbers = random_numbers(size * size);
  std::copy(numbers.begin(), numbers.end(), matrix.values().begin());
  return matrix;
}

/// A full triangle, which is what all steps but the first few of a stream start from.
const TriangularFactor& full_factor(long unknowns) {
  static std::map<long, TriangularFactor> made;
  const auto place = made.find(unknowns);
  if (place != made.end()) return place->second;
  TriangularFactor factor(unknowns + 1);
  const long rows = unknowns + 64;
  factor.absorb(random_numbers(rows * (unknowns + 1)), rows);
  return made.emplace(unknowns, std::move(factor)).first->second;
}

Prior plain_prior(const TriangularFactor& factor) {
  std::vector<double> norms = factor.column_norms();
  norms.pop_back();
  return make_prior(norms, {});
}

void report_operations(benchmark::State& state, double operations) {
  state.counters["flop/s"] = benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

double cube(const benchmark::State& state) {
  const auto n = static_cast<double>(state.range(0));
  return n * n * n;
}

void dgemm(benchmark::State& state) {
  const Matrix a = random_matrix(state.range(0));
  const Matrix b = random_matrix(state.range(0));
  Matrix c(state.range(0), state.range(0));
  for (auto _ : state) lapack::multiply(1.0, a.view(), lapack::Op::plain, b.view(), lapack::Op::plain, 0.0, c.view());
  report_operations(state, 2 * cube(state));
}

/// One step of a stream that holds a full triangle already: gathering the rows, QR, and packing the triangle.
void qr(benchmark::State& state, int thread_count) {
  const long unknowns = state.range(0);
  const std::vector<double> rows = random_numbers(default_row_block * (unknowns + 1));
  RowStream stream(full_factor(unknowns));
  set_threads(thread_count);
  for (auto _ : state) stream.append(rows, default_row_block);
  set_threads(1);
  const auto n = static_cast<double>(unknowns);
  report_operations(state, 2.0 * static_cast<double>(default_row_block) * n * n);
}

void merge(benchmark::State& state) {
  const TriangularFactor& other = full_factor(state.range(0));
  TriangularFactor factor = other;
  for (auto _ : state) factor.absorb(other);
  report_operations(state, 2.0 / 3.0 * cube(state));
}

/// The path over the default grid of strengths.
void path(benchmark::State& state, int thread_count) {
  const TriangularFactor& factor = full_factor(state.range(0));
  const Prior prior = plain_prior(factor);
  const std::vector<double> lambdas = LambdaGrid().values();
  set_threads(thread_count);
  for (auto _ : state) benchmark::DoNotOptimize(ridge_path(factor, prior, lambdas).gcv.data());
  set_threads(1);
  report_operations(state, 8.0 / 3.0 * cube(state));
}

void solve(benchmark::State& state) {
  const TriangularFactor& factor = full_factor(state.range(0));
  const Prior prior = plain_prior(factor);
  for (auto _ : state) benchmark::DoNotOptimize(solve_ridge(factor, prior, 1e-2).coefficients.data());
  report_operations(state, cube(state));
}

/// Two hundred strengths with their GCV scores: to be compared with one SVD of the same triangle.
void long_path(benchmark::State& state) {
  const TriangularFactor& factor = full_factor(state.range(0));
  const Prior prior = plain_prior(factor);
  const std::vector<double> lambdas = LambdaGrid{1e-8, 1e2, 200}.values();
  for (auto _ : state) benchmark::DoNotOptimize(ridge_path(factor, prior, lambdas).gcv.data());
}

/// LAPACK's dgesdd of the triangle, with both sets of vectors.
void svd(benchmark::State& state) {
  const long size = state.range(0);
  const Matrix triangle = full_factor(size).dense_rows(0, size);
  std::vector<double> values(static_cast<std::size_t>(size));
  Matrix vectors(size, size);
  for (auto _ : state) {
    state.PauseTiming();
    Matrix work = triangle;
    state.ResumeTiming();
    lapack::singular_value_decomposition(work.block(0, 0, size, size), values, vectors.view());
  }
}

/// A LASSO path to 2/5 of the terms on columns whose sizes differ by 1e4 and that resemble their neighbours.
void lasso(benchmark::State& state) {
  const long size = state.range(0);
  std::vector<double> rows = random_numbers((size + 64) * (size + 1));
  for (long i = 0; i < size + 64; ++i) {
    double* row = rows.data() + i * (size + 1);
    for (long j = 1; j < size; ++j) row[j] = 0.7 * row[j - 1] + 0.3 * row[j];
    for (long j = 0; j < size; ++j) row[j] *= std::pow(10.0, 2.0 * std::sin(static_cast<double>(j)));
  }
  TriangularFactor factor(size + 1);
  factor.absorb(rows, size + 64);
  std::vector<double> norms = factor.column_norms();
  norms.pop_back();
  PriorOptions options;
  options.scaling = PriorScaling::unit_norm;
  const Prior prior = make_prior(norms, options);
  std::size_t breakpoints = 0;
  for (auto _ : state) breakpoints = LassoPath(factor, prior, 0.0, {0.0, 2 * size / 5, 0}).lars().knots().size();
  state.counters["breakpoints"] = static_cast<double>(breakpoints);
}

/// All singular values of the band form, which exists already.
void spectrum(benchmark::State& state) {
  const TriangularFactor& factor = full_factor(state.range(0));
  const BandForm band(StandardForm(factor, plain_prior(factor)));
  for (auto _ : state) benchmark::DoNotOptimize(band.singular_values().data());
}

void register_all() {
  const auto add = [](const std::string& name, auto function) {
    benchmark::RegisterBenchmark(name.c_str(), function)
        ->Unit(benchmark::kMillisecond)
        ->Arg(500)
        ->Arg(1000)
        ->Arg(2000)
        ->Arg(3747);
  };
  add("dgemm", dgemm);
  add("qr", [](benchmark::State& state) { qr(state, 1); });
  add("merge", merge);
  add("path", [](benchmark::State& state) { path(state, 1); });
  add("solve", solve);
  add("spectrum", spectrum);
  add("path/200_with_gcv", long_path);
  add("svd", svd);
  add("lasso", lasso);
  // Shared by two threads, CPU time is not what matters.
  const auto add_shared = [](const std::string& name, auto function) {
    benchmark::RegisterBenchmark(name.c_str(), function)->Unit(benchmark::kMillisecond)->Arg(2000)->UseRealTime();
  };
  add_shared("qr/two_threads", [](benchmark::State& state) { qr(state, 2); });
  add_shared("path/two_threads", [](benchmark::State& state) { path(state, 2); });
}

}  // namespace
}  // namespace carillon

int main(int argc, char** argv) {
  carillon::set_threads(1);
  carillon::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
