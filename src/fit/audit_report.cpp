#include "carillon/fit/audit_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "carillon/data/robust_statistics.hpp"

namespace carillon {
namespace {

struct Range {
  double smallest = 0;
  double largest = 0;
};

/// What the frames of a label have in common.
struct LabelSummary {
  std::string label;
  long frames = 0;
  long atoms = 0;
  Range density;         // g/cm³
  double force_rms = 0;  // eV/Å
  double residual = 0;   // median, eV/atom; nan without energies
};

Range range_of(const std::vector<double>& values) {
  const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
  return {*smallest, *largest};
}

LabelSummary summary_of(const LabelFrames& label, const AuditReport& report) {
  LabelSummary out{label.label, static_cast<long>(label.frames.size()), 0, {}, 0, std::nan("")};
  std::vector<double> densities;
  std::vector<double> residuals;
  double squares = 0;
  long with_forces = 0;
  for (const long frame : label.frames) {
    const FrameFacts& facts = report.facts[static_cast<std::size_t>(frame)];
    out.atoms += facts.atoms;
    densities.push_back(facts.density);
    if (facts.force_hash != 0) {
      squares += facts.force_rms * facts.force_rms * static_cast<double>(facts.atoms);
      with_forces += facts.atoms;
    }
    if (facts.energy) residuals.push_back(report.offsets.residuals[static_cast<std::size_t>(frame)]);
  }
  out.density = range_of(densities);
  if (with_forces > 0) out.force_rms = std::sqrt(squares / static_cast<double>(with_forces));
  if (!residuals.empty()) out.residual = median_of(residuals);
  return out;
}

std::vector<LabelSummary> summaries_of(const Dataset& data, const AuditReport& report) {
  std::vector<LabelSummary> out;
  for (const LabelFrames& label : frames_by_label(data)) out.push_back(summary_of(label, report));
  return out;
}

std::string label_line(const LabelSummary& summary, std::size_t width) {
  const std::string density = summary.density.largest == 0 ? "-"
                              : summary.density.largest - summary.density.smallest < 0.0005
                                  ? fmt::format("{:.3f}", summary.density.largest)
                                  : fmt::format("{:.3f} to {:.3f}", summary.density.smallest, summary.density.largest);
  const std::string energy = std::isnan(summary.residual) ? "-" : fmt::format("{:+.3f}", summary.residual);
  const std::string force = summary.force_rms == 0 ? "-" : fmt::format("{:.3f}", summary.force_rms);
  return fmt::format("{:<{}}  {:>6}  {:>8}  {:>16}  {:>10}  {:>10}\n", summary.label, width, summary.frames, summary.atoms,
                     density, energy, force);
}

std::string plural(long count, const char* word) { return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s"); }

/// JSON has no nan.
nlohmann::json number_or_null(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

nlohmann::json finding_json(const Finding& finding) {
  nlohmann::json out = {{"severity", severity_name(finding.severity)}, {"check", finding.check}, {"message", finding.message}};
  if (!finding.where.file.empty()) out["file"] = finding.where.file;
  if (finding.where.line > 0) out["line"] = finding.where.line;
  if (finding.where.frame >= 0) out["frame"] = finding.where.frame;
  if (finding.where.atom >= 0) out["atom"] = finding.where.atom;
  if (!finding.label.empty()) out["label"] = finding.label;
  return out;
}

nlohmann::json agreement_json(const LabelAgreement& agreement) {
  return {{"count", agreement.count}, {"correlation", agreement.correlation()}, {"ratio", agreement.ratio()}};
}

nlohmann::json sources_json(const LabelCheck& check) {
  nlohmann::json out = nlohmann::json::array();
  for (const SourceAgreement& source : check.sources)
    out.push_back({{"file", source.file},
                   {"forces", agreement_json(source.forces)},
                   {"stress", agreement_json(source.stress.whole)},
                   {"stress_fluctuations", agreement_json(source.stress.fluctuations)},
                   {"energy", agreement_json(source.energy.fluctuations)}});
  return out;
}

nlohmann::json pairs_json(const AuditReport& report) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [pair, histogram] : report.distribution.histograms()) {
    if (histogram.pairs() == 0) continue;
    nlohmann::json entry = {{"pairs", histogram.pairs()}, {"smallest", histogram.smallest}};
    if (report.suggested) {
      const PairShells& shells = report.suggested->shells.at(pair);
      entry["first_peak"] = shells.first_peak;
      entry["first_minimum"] = shells.first_minimum;
      entry["second_minimum"] = shells.second_minimum;
    }
    out[pair_name(pair)] = std::move(entry);
  }
  return out;
}

nlohmann::json labels_json(const std::vector<LabelSummary>& summaries) {
  nlohmann::json out = nlohmann::json::array();
  for (const LabelSummary& summary : summaries)
    out.push_back({{"label", summary.label},
                   {"frames", summary.frames},
                   {"atoms", summary.atoms},
                   {"density_g_per_cm3", {summary.density.smallest, summary.density.largest}},
                   {"force_rms_ev_per_angstrom", summary.force_rms},
                   {"energy_residual_ev_per_atom", number_or_null(summary.residual)}});
  return out;
}

}  // namespace

std::string audit_text(const Dataset& data, const AuditReport& report) {
  const std::vector<LabelSummary> summaries = summaries_of(data, report);
  std::size_t width = 5;
  for (const LabelSummary& summary : summaries) width = std::max(width, summary.label.size());
  std::string out = fmt::format("{:<{}}  {:>6}  {:>8}  {:>16}  {:>10}  {:>10}\n", "label", width, "frames", "atoms",
                                "density g/cm3", "E eV/atom", "F rms eV/A");
  for (const LabelSummary& summary : summaries) out += label_line(summary, width);
  out += "\n";
  std::map<std::pair<std::string, std::string>, long> shown;  // by check and label
  for (const Finding& finding : report.findings)
    if (++shown[{finding.check, finding.label}] <= findings_shown) out += finding_text(finding) + "\n";
  for (const auto& [kind, count] : shown)
    if (count > findings_shown)
      out += fmt::format("... and {} more findings of {}{}\n", count - findings_shown, kind.first,
                         kind.second.empty() ? "" : " in label " + kind.second);
  return out + fmt::format("{}: {}, {}, {}\n", plural(data.size(), "frame"), plural(report.count(Severity::error), "error"),
                           plural(report.count(Severity::warning), "warning"), plural(report.count(Severity::note), "note"));
}

std::string audit_json(const Dataset& data, const AuditReport& report) {
  nlohmann::json findings = nlohmann::json::array();
  for (const Finding& finding : report.findings) findings.push_back(finding_json(finding));
  nlohmann::json offsets = nlohmann::json::object();
  const std::vector<Element> elements = data.elements();
  for (std::size_t e = 0; e < elements.size(); ++e) offsets[std::string(elements[e].symbol())] = report.offsets.offsets[e];
  const nlohmann::json out = {{"frames", data.size()},
                              {"atoms", data.atom_total()},
                              {"errors", report.count(Severity::error)},
                              {"warnings", report.count(Severity::warning)},
                              {"notes", report.count(Severity::note)},
                              {"findings", std::move(findings)},
                              {"labels", labels_json(summaries_of(data, report))},
                              {"energy_offsets_ev", std::move(offsets)},
                              {"pairs", pairs_json(report)},
                              {"files", sources_json(report.labels)}};
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace carillon
