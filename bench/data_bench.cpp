// Reading and writing frames, one thread, in bytes of file a second, beside reading the bytes without understanding them.
//
// The frames are those that ship with the project, repeated to a file of some tens of MB in the system's folder for temporary
// files; the file is in the page cache, so this is the reader's speed and not a disk's.

#include <benchmark/benchmark.h>

#include <fstream>

#include "carillon/core/parallel.hpp"
#include "carillon/data/dataset.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/data/xyzf_writer.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using Text = std::string (*)(const Structure&);

std::string as_extxyz(const Structure& frame) { return extxyz_text(frame); }

/// A file of the seed frames, repeated, in one format.
class Frames {
public:
  Frames(const std::string& suffix, Text text) {
    constexpr int repeats = 100;
    const Dataset seed({{CARILLON_SEED_FRAMES}});
    std::string once;
    for (long frame = 0; frame < seed.size(); ++frame) {
      const Structure structure = seed.read(frame);
      once += text(structure);
      atoms_ += repeats * static_cast<double>(structure.size());
    }
    std::string all;
    for (int i = 0; i < repeats; ++i) all += once;
    bytes_ = static_cast<double>(all.size());
    path_ = folder_.file("frames." + suffix, all);
  }

  const std::string& path() const { return path_; }
  double bytes() const { return bytes_; }
  double atoms() const { return atoms_; }

private:
  testing::TemporaryFolder folder_;
  std::string path_;
  double bytes_ = 0;
  double atoms_ = 0;
};

void report(benchmark::State& state, const Frames& frames) {
  state.counters["byte/s"] = benchmark::Counter(frames.bytes(), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes_per_atom"] = frames.bytes() / frames.atoms();
}

void read_bytes(benchmark::State& state, const Frames& frames) {
  for (auto _ : state) {
    std::ifstream in(frames.path(), std::ios::binary);
    std::string bytes(static_cast<std::size_t>(frames.bytes()), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    benchmark::DoNotOptimize(bytes.data());
  }
  report(state, frames);
}

/// What opening a data set does: every frame is parsed and checked once.
void check(benchmark::State& state, const Frames& frames) {
  for (auto _ : state) benchmark::DoNotOptimize(Dataset({{frames.path()}}).size());
  report(state, frames);
}

void parse(benchmark::State& state, const Frames& frames) {
  const Dataset data({{frames.path()}});
  for (auto _ : state)
    for (long frame = 0; frame < data.size(); ++frame) benchmark::DoNotOptimize(data.read(frame).positions.data());
  report(state, frames);
}

void hash(benchmark::State& state, const Frames& frames) {
  const Dataset data({{frames.path()}});
  for (auto _ : state) benchmark::DoNotOptimize(data.source_hash(0).data());
  report(state, frames);
}

void write(benchmark::State& state, const Frames& frames, Text text) {
  const Dataset data({{frames.path()}});
  std::vector<Structure> structures;
  for (long frame = 0; frame < data.size(); ++frame) structures.push_back(data.read(frame));
  for (auto _ : state)
    for (const Structure& structure : structures) benchmark::DoNotOptimize(text(structure).data());
  report(state, frames);
}

void register_format(const std::string& suffix, Text text, const Frames& frames) {
  const auto add = [&](const std::string& name, auto function) {
    benchmark::RegisterBenchmark((name + "/" + suffix).c_str(), [&frames, function](benchmark::State& state) {
      function(state, frames);
    })->Unit(benchmark::kMillisecond);
  };
  add("read_bytes", read_bytes);
  add("check", check);
  add("parse", parse);
  add("hash", hash);
  add("write", [text](benchmark::State& state, const Frames& all) { write(state, all, text); });
}

}  // namespace
}  // namespace carillon

int main(int argc, char** argv) {
  carillon::set_threads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const carillon::Frames extxyz("extxyz", carillon::as_extxyz);
  const carillon::Frames xyzf("xyzf", carillon::xyzf_text);
  carillon::register_format("extxyz", carillon::as_extxyz, extxyz);
  carillon::register_format("xyzf", carillon::xyzf_text, xyzf);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
