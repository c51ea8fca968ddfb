#include "carillon/data/split.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <unordered_map>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// The frames of each label, labels in order of appearance.
struct LabelGroups {
  explicit LabelGroups(std::span<const std::string> labels) {
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto [found, is_new] = index.try_emplace(labels[i], names.size());
      if (is_new) {
        names.push_back(labels[i]);
        frames.emplace_back();
      }
      frames[found->second].push_back(static_cast<long>(i));
    }
  }
  std::vector<std::string> names;
  std::vector<std::vector<long>> frames;
};

std::vector<long> shuffled_with(long count, std::mt19937_64& generator) {
  std::vector<long> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), 0L);
  for (std::size_t i = out.size(); i-- > 1;) std::swap(out[i], out[generator() % (i + 1)]);
  return out;
}

Split from_flags(const std::vector<bool>& is_test) {
  Split split;
  for (std::size_t i = 0; i < is_test.size(); ++i) (is_test[i] ? split.test : split.train).push_back(static_cast<long>(i));
  if (split.train.empty()) throw InputError("the split leaves no frame to train on");
  return split;
}

/// How many frames of each label to test on; see split_by_fraction().
std::vector<long> test_counts(const LabelGroups& groups, double fraction, long total, std::mt19937_64& generator) {
  std::vector<long> counts;
  std::vector<double> remainders;
  for (const auto& frames : groups.frames) {
    const double share = fraction * static_cast<double>(frames.size());
    counts.push_back(std::min(static_cast<long>(std::floor(share)), static_cast<long>(frames.size()) - 1));
    remainders.push_back(share - std::floor(share));
  }
  std::vector<long> order = shuffled_with(static_cast<long>(counts.size()), generator);
  const auto remainder = [&](long label) { return remainders[static_cast<std::size_t>(label)]; };
  std::stable_sort(order.begin(), order.end(), [&](long a, long b) { return remainder(a) > remainder(b); });
  long missing = total - std::accumulate(counts.begin(), counts.end(), 0L);
  for (const long label : order) {
    const auto l = static_cast<std::size_t>(label);
    const bool keeps_one = counts[l] + 1 < static_cast<long>(groups.frames[l].size());
    if (missing <= 0 || !keeps_one) continue;
    ++counts[l];
    --missing;
  }
  return counts;
}

long wanted_tests(long frames, double fraction) {
  return static_cast<long>(std::floor(fraction * static_cast<double>(frames) + 0.5));
}

}  // namespace

std::string split_complaint(const Split& split, double fraction) {
  const auto test = static_cast<long>(split.test.size());
  const long all = static_cast<long>(split.train.size()) + test;
  const long wanted = wanted_tests(all, fraction);
  if (fraction > 0 && wanted == 0)
    return fmt::format("the split leaves no frame to test on: a fraction of {} of {} frames", fraction, all);
  if (test >= wanted) return "";
  return fmt::format(
      "the split tests on {} of the {} frames asked for: every label keeps one to train on ('stratified: false' draws from all "
      "frames alike)",
      test == 0 ? "none" : std::to_string(test), wanted);
}

std::vector<long> shuffled(long count, std::uint64_t seed) {
  if (count < 0) throw DomainError(fmt::format("cannot shuffle {} frames", count));
  std::mt19937_64 generator(seed);
  return shuffled_with(count, generator);
}

Split split_by_fraction(std::span<const std::string> labels, double fraction, std::uint64_t seed, bool stratified) {
  if (!(fraction >= 0 && fraction < 1)) throw InputError(fmt::format("the test fraction is {}, outside [0, 1)", fraction));
  const long total = wanted_tests(static_cast<long>(labels.size()), fraction);
  std::mt19937_64 generator(seed);
  std::vector<bool> is_test(labels.size(), false);
  const auto draw = [&](const std::vector<long>& frames, long count) {
    const std::vector<long> order = shuffled_with(static_cast<long>(frames.size()), generator);
    for (long i = 0; i < count; ++i)
      is_test[static_cast<std::size_t>(frames[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])])] = true;
  };
  if (stratified) {
    const LabelGroups groups(labels);
    const std::vector<long> counts = test_counts(groups, fraction, total, generator);
    for (std::size_t l = 0; l < counts.size(); ++l) draw(groups.frames[l], counts[l]);
  } else {
    std::vector<long> all(labels.size());
    std::iota(all.begin(), all.end(), 0L);
    draw(all, total);
  }
  return from_flags(is_test);
}

Split split_by_label(std::span<const std::string> labels, const std::vector<std::string>& test_labels) {
  const LabelGroups groups(labels);
  std::vector<bool> is_test(labels.size(), false);
  for (const std::string& wanted : test_labels) {
    const auto found = std::find(groups.names.begin(), groups.names.end(), wanted);
    if (found == groups.names.end())
      throw InputError(fmt::format("unknown label '{}'; known: {}", wanted, fmt::join(groups.names, ", ")));
    for (const long frame : groups.frames[static_cast<std::size_t>(found - groups.names.begin())])
      is_test[static_cast<std::size_t>(frame)] = true;
  }
  return from_flags(is_test);
}

Split split_by_frames(long frames, const std::vector<long>& test_frames) {
  std::vector<bool> is_test(static_cast<std::size_t>(std::max(frames, 0L)), false);
  for (const long frame : test_frames) {
    if (frame < 0 || frame >= frames) throw InputError(fmt::format("test frame {} is outside the {} frames", frame, frames));
    if (is_test[static_cast<std::size_t>(frame)]) throw InputError(fmt::format("test frame {} is given twice", frame));
    is_test[static_cast<std::size_t>(frame)] = true;
  }
  return from_flags(is_test);
}

std::vector<int> assign_folds(std::span<const std::string> labels, int folds) {
  if (folds < 2) throw InputError(fmt::format("{} folds, fewer than 2", folds));
  if (static_cast<std::size_t>(folds) > labels.size())
    throw InputError(fmt::format("{} folds for {} frames", folds, labels.size()));
  const LabelGroups groups(labels);
  std::vector<int> out(labels.size());
  long dealt = 0;
  for (const auto& frames : groups.frames) {
    const long n = static_cast<long>(frames.size());
    for (long k = 0; k < n; ++k) {
      const long block = n >= folds ? k * folds / n : dealt++ % folds;
      out[static_cast<std::size_t>(frames[static_cast<std::size_t>(k)])] = static_cast<int>(block);
    }
  }
  return out;
}

std::vector<int> assign_folds_by_label(std::span<const std::string> labels) {
  const LabelGroups groups(labels);
  if (groups.names.size() < 2) throw InputError("leaving one label out needs at least 2 labels");
  std::vector<int> out(labels.size());
  for (std::size_t l = 0; l < groups.frames.size(); ++l)
    for (const long frame : groups.frames[l]) out[static_cast<std::size_t>(frame)] = static_cast<int>(l);
  return out;
}

}  // namespace carillon
