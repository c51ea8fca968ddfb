#include "carillon/fit/audit.hpp"

#include <algorithm>

#include "carillon/core/interrupt.hpp"
#include "carillon/core/parallel.hpp"
#include "carillon/data/density_outliers.hpp"
#include "carillon/data/duplicate_frames.hpp"
#include "carillon/data/energy_outliers.hpp"
#include "carillon/data/force_balance.hpp"
#include "carillon/data/label_levels.hpp"
#include "carillon/data/missing_labels.hpp"
#include "carillon/data/placeholder_labels.hpp"
#include "carillon/data/repeated_labels.hpp"
#include "carillon/fit/block_coverage.hpp"
#include "carillon/fit/element_check.hpp"
#include "carillon/fit/quick_model.hpp"
#include "carillon/geometry/zero_forces.hpp"

namespace carillon {
namespace {

constexpr std::size_t frames_at_once = 64;  // examined by the threads, then taken in order

/// What one frame says by itself.
struct ExaminedFrame {
  FrameFacts facts;
  PairDistribution distribution;
  std::vector<Finding> findings;
  bool usable = true;  ///< no atoms so close that no model makes sense
};

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Two atoms at one place make no neighbour list.
Finding coincident_atoms(const Structure& structure, const std::string& problem) {
  const std::string place = structure.origin.text();
  const std::size_t start = problem.starts_with(place) ? place.size() : 0;
  return {Severity::error, "short_distance", structure.origin, structure.label,
          problem.substr(problem.find_first_not_of(",: ", start))};
}

void examine_distances(const Structure& structure, const std::map<ElementPair, double>& inner, ExaminedFrame& out) {
  try {
    const NeighborList neighbors(structure, out.distribution.reach());
    append(out.findings, find_short_distances(structure, closest_pairs(structure, neighbors), inner));
    append(out.findings, find_zero_forces(structure, neighbors));
    out.usable = std::none_of(out.findings.begin(), out.findings.end(),
                              [](const Finding& finding) { return finding.check == "short_distance"; });
    // Distances that cannot be would spoil the suggested cutoffs.
    if (out.usable) out.distribution.add(structure, neighbors);
  } catch (const InputError& problem) {
    out.usable = false;
    out.findings.push_back(coincident_atoms(structure, problem.what()));
  }
}

ExaminedFrame examine(const Structure& structure, const std::vector<Element>& elements, const AuditOptions& options,
                      const std::map<ElementPair, double>& inner) {
  ExaminedFrame out{frame_facts(structure, elements), PairDistribution(options.reach), {}};
  append(out.findings, find_placeholder_labels(structure));
  append(out.findings, find_net_force(structure));
  examine_distances(structure, inner, out);
  return out;
}

/// Looks at every frame by itself.
/// @return the frames that a model can be fitted to and evaluated on
std::vector<long> examine_frames(const Dataset& data, const AuditOptions& options, const ProgressCallback& progress,
                                 AuditReport& report) {
  std::map<ElementPair, double> inner = options.inner;
  inner.merge(inner_cutoffs(options.blocks));
  const std::vector<Element> elements = data.elements();
  std::vector<long> usable;
  for (long begin = 0; begin < data.size(); begin += frames_at_once) {
    check_interrupt();
    std::vector<std::optional<ExaminedFrame>> examined(std::min(frames_at_once, static_cast<std::size_t>(data.size() - begin)));
    parallel_for(static_cast<long>(examined.size()), [&](long k) {
      examined[static_cast<std::size_t>(k)] = examine(data.read(begin + k), elements, options, inner);
    });
    for (std::optional<ExaminedFrame>& frame : examined) {
      if (frame->usable) usable.push_back(static_cast<long>(report.facts.size()));
      report.facts.push_back(std::move(frame->facts));
      report.distribution.merge(frame->distribution);
      append(report.findings, std::move(frame->findings));
    }
    if (progress) progress(static_cast<long>(report.facts.size()), data.size());
  }
  return usable;
}

void compare_frames(const Dataset& data, const AuditOptions& options, AuditReport& report) {
  std::vector<bool> periodic;
  for (const FrameFacts& facts : report.facts) periodic.push_back(facts.periodic);
  append(report.findings, find_missing_labels(data, periodic));
  DuplicateFrames duplicates = find_duplicate_frames(data, report.facts);
  append(report.findings, std::move(duplicates.findings));
  append(report.findings, find_repeated_labels(data, report.facts, duplicates.duplicate_of));
  append(report.findings, find_density_outliers(data, report.facts));
  report.offsets = fit_energy_offsets(report.facts);
  append(report.findings, find_energy_outliers(data, report.facts, report.offsets));
  append(report.findings, find_open_offsets(data, report.facts, known_offsets(options.blocks, data.elements())));
  append(report.findings, find_uncovered_distances(options.blocks, report.distribution));
  if (std::string complaint = mixed_levels_complaint(data); !complaint.empty())
    report.findings.push_back({Severity::warning, "mixed_levels", {}, "", std::move(complaint)});
}

}  // namespace

long AuditReport::count(Severity severity) const {
  return std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.severity == severity; });
}

AuditReport audit(const Dataset& data, const AuditOptions& options, const ProgressMaker& progress) {
  const auto stage = [&](const char* title) { return progress ? progress(title) : ProgressCallback(); };
  AuditReport report{{}, {}, {}, PairDistribution(options.reach), std::nullopt, {}};
  const std::vector<long> usable = examine_frames(data, options, stage("frames"), report);
  compare_frames(data, options, report);
  const auto& histograms = report.distribution.histograms();
  if (std::any_of(histograms.begin(), histograms.end(), [](const auto& entry) { return entry.second.pairs() > 0; })) {
    report.suggested = suggest_basis(report.distribution);
    if (const auto model = fit_quick_model(data, report.facts, usable, report.suggested->spec, stage("model of the forces"))) {
      report.labels = check_labels(data, report.facts, usable, *model, stage("labels against the model"));
      append(report.findings, find_exchanged_elements(data, usable, *model, stage("elements against the model")));
    }
    append(report.findings, report.labels.findings);
  }
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return report;
}

}  // namespace carillon
