// Design rows and evaluation of one frame against the number of unknowns, one thread: the constants of docs/scaling.md.
//
// The frame ships with the project (20 % N, 3.5 g/cc, 6000 K, repeated to 192 atoms), so these figures need no other data. The
// basis is block C-N with orders that give about 1,000, 3,000 and 10,000 unknowns; the argument is that number.

#include <benchmark/benchmark.h>

#include <map>

#include "carillon/core/parallel.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/design/moment_energy.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/fit/basis_spec.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

Structure seed_frame(const std::string& label) {
  const Dataset data({{CARILLON_SEED_FRAMES}});
  for (long frame = 0; frame < data.size(); ++frame)
    if (data.summary(frame).label == label) return data.read(frame);
  throw InputError(std::string(CARILLON_SEED_FRAMES) + ": no frame of " + label);
}

/// The frame twice along its first two cell vectors.
Structure doubled_twice(const Structure& small) {
  Structure large = small;
  large.cell.vectors.row(0) *= 2;
  large.cell.vectors.row(1) *= 2;
  large.species.clear();
  large.positions.clear();
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b) {
      const Eigen::Vector3d shift = small.cell.vectors.transpose() * Eigen::Vector3d(a, b, 0);
      for (std::size_t i = 0; i < small.size(); ++i) {
        large.species.push_back(small.species[i]);
        large.positions.push_back(small.positions[i] + shift);
      }
    }
  return large;
}

const Structure& frame() {
  static const Structure structure = doubled_twice(seed_frame("CN20_3.5gcc_6000K"));
  return structure;
}

/// Block C-N with the cutoffs of the published C-N setup.
BasisSet mixed_basis(int pair_order, int triplet_order, int quadruplet_order) {
  BasisSpec spec;
  spec.form = {CoordinateKind::morse, {SmoothingKind::tersoff, 0.75}, BelowInner::smooth};
  spec.pair_order = pair_order;
  spec.triplet_order = triplet_order;
  spec.quadruplet_order = quadruplet_order;
  spec.pairs = {{"C-C", {0.98, 5.0, 1.4}}, {"N-N", {0.86, 5.0, 1.09}}, {"C-N", {0.90, 5.0, 1.34}}};
  spec.quadruplet_outer = 4.5;
  return blocks_basis(spec, {"C-N"});
}

const std::vector<BasisSet>& bases() {
  static const std::vector<BasisSet> all{mixed_basis(12, 8, 3), mixed_basis(12, 7, 4), mixed_basis(25, 6, 5)};
  return all;
}

void rows(benchmark::State& state, const BasisSet& basis) {
  const MomentRows kernel(basis);
  for (auto _ : state) benchmark::DoNotOptimize(kernel.rows(frame()).values().data());
}

void energy(benchmark::State& state, const BasisSet& basis) {
  const MomentEnergy kernel(basis, testing::random_coefficients(basis, 1));
  for (auto _ : state) benchmark::DoNotOptimize(kernel.evaluate(frame()).energy);
}

void register_all() {
  for (const BasisSet& basis : bases()) {
    const std::string suffix = "/" + std::to_string(basis.columns());
    const auto add = [&](const std::string& name, auto function) {
      benchmark::RegisterBenchmark((name + suffix).c_str(), [&basis, function](benchmark::State& state) {
        function(state, basis);
      })->Unit(benchmark::kMillisecond);
    };
    add("frame_rows", rows);
    add("frame_energy", energy);
  }
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
