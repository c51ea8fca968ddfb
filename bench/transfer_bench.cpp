// A factor from one rank to the other and back: run with `mpirun -n 2`. The argument is the number of unknowns.
//
// On one machine this is a copy through shared memory together with the receiver's check of the numbers; a network's own time
// comes on top. The ranks do the same number of rounds because it is fixed.

#include <benchmark/benchmark.h>

#include <cstdio>

#include "carillon/core/parallel.hpp"
#include "carillon/solve/merge_tree.hpp"

namespace carillon {
namespace {

/// A full triangle of ones, without the cost of a factorisation.
TriangularFactor full_triangle(long columns) {
  return TriangularFactor::from_packed(columns, columns, columns,
                                       std::vector<double>(TriangularFactor::packed_size(columns, columns), 1.0));
}

void there_and_back(benchmark::State& state, const Communicator& world) {
  constexpr int tag = 1;
  const TriangularFactor factor = full_triangle(state.range(0) + 1);
  for (auto _ : state) {
    if (world.is_root()) {
      send_factor(world, factor, 1, tag);
      benchmark::DoNotOptimize(receive_factor(world, 1, tag).row_count());
    } else {
      send_factor(world, receive_factor(world, 0, tag), 0, tag);
    }
  }
  const double bytes = 2.0 * sizeof(double) * static_cast<double>(factor.packed().size());
  state.counters["byte/s"] = benchmark::Counter(bytes, benchmark::Counter::kIsIterationInvariantRate);
}

/// Keeps the second rank quiet.
class SilentReporter : public benchmark::BenchmarkReporter {
public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

int run(int argc, char** argv) {
  const MpiSession session;
  const Communicator world = session.world();
  if (world.size() != 2) {
    std::fprintf(stderr, "bench_transfer: error: 2 ranks are needed, there are %d\n", world.size());
    return 1;
  }
  set_threads(1);
  for (const long unknowns : {1000, 3747})
    benchmark::RegisterBenchmark("transfer", [&world](benchmark::State& state) { there_and_back(state, world); })
        ->Arg(unknowns)
        ->Iterations(10)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  SilentReporter silent;
  if (world.is_root())
    benchmark::RunSpecifiedBenchmarks();
  else
    benchmark::RunSpecifiedBenchmarks(&silent);
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace carillon

int main(int argc, char** argv) { return carillon::run(argc, argv); }
