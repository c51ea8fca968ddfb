#include "carillon/data/repeated_labels.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace carillon {
namespace {

using Hash = std::uint64_t FrameFacts::*;

Finding repeated(const Dataset& data, long frame, long earlier, const char* what) {
  return {Severity::error, "repeated_label", location_of(data, frame), data.summary(frame).label,
          fmt::format("{} of {}, which is another structure", what, location_of(data, earlier).text())};
}

bool are_duplicates(const std::vector<long>& duplicate_of, long a, long b) {
  const auto first = [&](long frame) {
    const long earlier = duplicate_of[static_cast<std::size_t>(frame)];
    return earlier < 0 ? frame : earlier;
  };
  return first(a) == first(b);
}

void find_repeated(const Dataset& data, const std::vector<FrameFacts>& facts, const std::vector<long>& duplicate_of, Hash hash,
                   const char* what, std::vector<Finding>& findings) {
  std::unordered_map<std::uint64_t, long> first;
  for (long frame = 0; frame < data.size(); ++frame) {
    const std::uint64_t value = facts[static_cast<std::size_t>(frame)].*hash;
    if (value == 0 || facts[static_cast<std::size_t>(frame)].has_zero_force) continue;
    const auto [found, is_new] = first.try_emplace(value, frame);
    if (!is_new && !are_duplicates(duplicate_of, frame, found->second))
      findings.push_back(repeated(data, frame, found->second, what));
  }
}

}  // namespace

std::vector<Finding> find_repeated_labels(const Dataset& data, const std::vector<FrameFacts>& facts,
                                          const std::vector<long>& duplicate_of) {
  std::vector<Finding> findings;
  find_repeated(data, facts, duplicate_of, &FrameFacts::force_hash, "the forces are exactly those", findings);
  find_repeated(data, facts, duplicate_of, &FrameFacts::stress_hash, "the stress is exactly that", findings);
  for (long frame = 1; frame < data.size(); ++frame) {
    const auto& energy = facts[static_cast<std::size_t>(frame)].energy;
    if (!energy || *energy == 0 || facts[static_cast<std::size_t>(frame)].has_zero_force ||
        energy != facts[static_cast<std::size_t>(frame - 1)].energy)
      continue;
    if (!are_duplicates(duplicate_of, frame, frame - 1))
      findings.push_back(repeated(data, frame, frame - 1, "the energy is exactly that"));
  }
  return findings;
}

}  // namespace carillon
