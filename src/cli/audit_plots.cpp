#include "carillon/cli/audit_plots.hpp"

#include <fmt/format.h>

#include "carillon/cli/plots.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/validate/csv_field.hpp"

namespace carillon {
namespace {

std::string distances_csv(const AuditReport& report) {
  std::string out = "pair,distance,count,distribution\n";
  const double width = report.distribution.width();
  for (const auto& [pair, histogram] : report.distribution.histograms()) {
    const std::vector<double> distribution = report.distribution.radial_distribution(pair);
    for (std::size_t k = 0; k < distribution.size(); ++k)
      out += fmt::format("{},{:.6g},{},{:.6g}\n", pair_name(pair), (static_cast<double>(k) + 0.5) * width, histogram.counts[k],
                         distribution[k]);
  }
  return out;
}

std::string energies_csv(const Dataset& data, const AuditReport& report) {
  std::string out = "frame,label,residual,density";
  for (const Element element : data.elements()) out += "," + std::string(element.symbol());
  out += "\n";
  for (long frame = 0; frame < data.size(); ++frame) {
    const FrameFacts& facts = report.facts[static_cast<std::size_t>(frame)];
    if (!facts.energy) continue;
    out += fmt::format("{},{},{:.9g},{:.6g}", frame, csv_field(data.summary(frame).label),
                       report.offsets.residuals[static_cast<std::size_t>(frame)], facts.density);
    for (const long count : facts.counts)
      out += fmt::format(",{:.6g}", static_cast<double>(count) / static_cast<double>(facts.atoms));
    out += "\n";
  }
  return out;
}

std::string pressures_csv(const Dataset& data, const AuditReport& report) {
  std::string out = "frame,label,model,labelled\n";
  for (const StressPoint& point : report.labels.stresses)
    out += fmt::format("{},{},{:.6g},{:.6g}\n", point.frame, csv_field(data.summary(point.frame).label), point.model_pressure(),
                       point.labelled_pressure());
  return out;
}

}  // namespace

void write_audit_plots(const Dataset& data, const AuditReport& report, const OutputFolder& folder) {
  write_file(folder.file("distances.csv"), distances_csv(report));
  write_file(folder.file("energies.csv"), energies_csv(data, report));
  write_file(folder.file("pressures.csv"), pressures_csv(data, report));
  draw_plots("plots of the audit", "plot_audit.py", {folder.path()});
}

}  // namespace carillon
