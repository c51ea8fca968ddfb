// Design rows and evaluation: pair-moment kernels on each instruction set, and the reference kernel, one thread.
//
// The frame is the first of the published C-N training set where that is at hand, else random atoms of the same number and
// density (which have more close pairs, so the two are not to be compared). The basis is that of the published C-N setup:
// "mixed" its fitted block, "all" the whole model of blocks C, N and C-N.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>

#include "carillon/core/parallel.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/design/moment_energy.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/design/reference_energy.hpp"
#include "carillon/geometry/cluster_list.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

const std::string published_frames = CARILLON_SHARED_DATA "/cn/20.3percN_3.5gcc.xyzf";

Structure make_frame() {
  if (std::filesystem::exists(published_frames)) return Dataset({{published_frames}}).read(0);
  std::vector<Element> ratio(5, *Element::from_symbol("C"));
  ratio.back() = *Element::from_symbol("N");
  return testing::random_structure(ratio, 216, 10.84, 1.15, 1);
}

/// One type of the published setup: pair cutoffs, Morse lengths and orders 25 (C: 20), 10, 4.
ClusterType published_type(const std::vector<Element>& members) {
  const Element nitrogen = *Element::from_symbol("N");
  const auto atoms = static_cast<int>(members.size());
  const bool only_nitrogen = members.front() == nitrogen;
  const bool only_carbon = members.back() != nitrogen;
  const double outer[] = {0, 0, only_nitrogen ? 8.0 : 5.0, 5.0, only_nitrogen ? 4.0 : 4.5};
  const int order[] = {0, 1, only_carbon ? 20 : 25, 10, 4};
  std::vector<Slot> slots;
  for (int p = 0; p < slot_count(atoms); ++p) {
    const auto [a, b] = slot_atoms(atoms, p);
    const int nitrogens = (members[static_cast<std::size_t>(a)] == nitrogen) + (members[static_cast<std::size_t>(b)] == nitrogen);
    constexpr double inner[] = {0.98, 0.90, 0.86};
    constexpr double lambda[] = {1.4, 1.34, 1.09};
    slots.push_back({inner[nitrogens], outer[atoms], lambda[nitrogens]});
  }
  return ClusterType(members, order[atoms], slots, {CoordinateKind::morse, {SmoothingKind::tersoff, 0.75}, BelowInner::smooth});
}

BasisSet published_basis(bool mixed_only) {
  const Element carbon = *Element::from_symbol("C");
  const Element nitrogen = *Element::from_symbol("N");
  std::vector<ClusterType> types;
  for (std::size_t atoms = 1; atoms <= 4; ++atoms)
    for (std::size_t nitrogens = 0; nitrogens <= atoms; ++nitrogens) {
      if (mixed_only && (nitrogens == 0 || nitrogens == atoms)) continue;
      std::vector<Element> members(atoms - nitrogens, carbon);
      members.insert(members.end(), nitrogens, nitrogen);
      types.push_back(published_type(members));
    }
  return BasisSet(std::move(types));
}

const Structure& frame() {
  static const Structure structure = make_frame();
  return structure;
}

const BasisSet& basis(bool mixed_only) {
  static const BasisSet mixed = published_basis(true);
  static const BasisSet all = published_basis(false);
  return mixed_only ? mixed : all;
}

/// Clusters of three and four atoms within the basis's largest cutoffs, of any elements.
double clusters() {
  static const double count = [] {
    const NeighborList neighbors(frame(), basis(true).cutoff());
    return static_cast<double>(count_clusters<3>(neighbors, basis(true).cutoff(3)) +
                               count_clusters<4>(neighbors, basis(true).cutoff(4)));
  }();
  return count;
}

void report(benchmark::State& state, double rows) {
  using benchmark::Counter;
  if (rows > 0) state.counters["rows/s"] = Counter(rows, Counter::kIsIterationInvariantRate);
  // A rate, inverted: seconds for each cluster.
  state.counters["s/cluster"] = Counter(clusters(), Counter::kIsIterationInvariantRate | Counter::kInvert);
}

void moment_rows(benchmark::State& state, SimdLevel level, bool mixed_only) {
  const MomentRows kernel(basis(mixed_only), {}, level);
  for (auto _ : state) benchmark::DoNotOptimize(kernel.rows(frame()).values().data());
  report(state, static_cast<double>(3 * frame().size() + 7));
}

void moment_energy(benchmark::State& state, SimdLevel level) {
  const MomentEnergy kernel(basis(false), testing::random_coefficients(basis(false), 1), level);
  for (auto _ : state) benchmark::DoNotOptimize(kernel.evaluate(frame()).energy);
  report(state, 0);
}

void reference_rows_mixed(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(reference_rows(basis(true), frame()).values().data());
  report(state, static_cast<double>(3 * frame().size() + 7));
}

void reference_energy_all(benchmark::State& state) {
  const std::vector<double> coefficients = testing::random_coefficients(basis(false), 1);
  for (auto _ : state) benchmark::DoNotOptimize(reference_energy(basis(false), coefficients, frame()).energy);
  report(state, 0);
}

void set_up(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(MomentRows(basis(false)).level());
}

void neighbor_list(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(NeighborList(frame(), static_cast<double>(state.range(0))).size());
}

void register_all() {
  const auto add = [](const std::string& name, auto function) {
    return benchmark::RegisterBenchmark(name.c_str(), function)->Unit(benchmark::kMillisecond);
  };
  for (const SimdLevel level : supported_simd_levels()) {
    const std::string suffix = std::string("/") + to_string(level);
    add("rows/mixed" + suffix, [level](benchmark::State& state) { moment_rows(state, level, true); });
    add("rows/all" + suffix, [level](benchmark::State& state) { moment_rows(state, level, false); });
    add("energy/all" + suffix, [level](benchmark::State& state) { moment_energy(state, level); });
  }
  add("rows/mixed/reference", reference_rows_mixed)->Iterations(1);
  add("energy/all/reference", reference_energy_all)->Iterations(1);
  add("set_up/all", set_up);
  add("neighbor_list", neighbor_list)->Arg(5)->Arg(8);
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
