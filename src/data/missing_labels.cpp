#include "carillon/data/missing_labels.hpp"

#include <fmt/format.h>

#include "carillon/data/frame_facts.hpp"

namespace carillon {
namespace {

struct Expectation {
  const char* quantity;
  bool (*has)(const FrameSummary&);
  bool of_periodic_only;
};

constexpr Expectation expectations[] = {
    {"energy", [](const FrameSummary& frame) { return frame.has_energy; }, false},
    {"forces", [](const FrameSummary& frame) { return frame.has_forces; }, false},
    {"stress", [](const FrameSummary& frame) { return frame.stress_components > 0; }, true},
};

Location location_of_source(const Dataset& data, int source) {
  Location where;
  where.file = data.sources()[static_cast<std::size_t>(source)].path;
  return where;
}

void check_quantity(const Dataset& data, const std::vector<bool>& periodic, int source, const Expectation& expected,
                    std::vector<Finding>& findings) {
  long having = 0;
  std::vector<long> lacking;
  for (long frame = 0; frame < data.size(); ++frame) {
    if (data.summary(frame).source != source) continue;
    if (expected.of_periodic_only && !periodic[static_cast<std::size_t>(frame)]) continue;
    if (expected.has(data.summary(frame)))
      ++having;
    else
      lacking.push_back(frame);
  }
  const long all = having + static_cast<long>(lacking.size());
  if (lacking.empty()) return;
  if (2 * having <= all) {
    findings.push_back({Severity::note, "missing_label", location_of_source(data, source), "",
                        fmt::format("{} of {} frames have no {}", lacking.size(), all, expected.quantity)});
    return;
  }
  for (const long frame : lacking)
    findings.push_back({Severity::warning, "missing_label", location_of(data, frame), data.summary(frame).label,
                        fmt::format("no {}, which {} of the {} frames of this file have", expected.quantity, having, all)});
}

void check_shear(const Dataset& data, int source, std::vector<Finding>& findings) {
  long diagonal = 0;
  for (long frame = 0; frame < data.size(); ++frame)
    if (data.summary(frame).source == source && data.summary(frame).stress_components == 3) ++diagonal;
  if (diagonal == 0) return;
  findings.push_back({Severity::note, "missing_label", location_of_source(data, source), "",
                      fmt::format("{} frames have the diagonal of the stress only", diagonal)});
}

}  // namespace

std::vector<Finding> find_missing_labels(const Dataset& data, const std::vector<bool>& periodic) {
  std::vector<Finding> findings;
  for (int source = 0; source < static_cast<int>(data.sources().size()); ++source) {
    for (const Expectation& expected : expectations) check_quantity(data, periodic, source, expected, findings);
    check_shear(data, source, findings);
  }
  return findings;
}

}  // namespace carillon
