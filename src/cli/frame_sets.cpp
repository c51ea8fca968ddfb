#include "carillon/cli/frame_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "carillon/cli/evaluation.hpp"
#include "carillon/core/atomic_file.hpp"
#include "carillon/validate/metrics_table.hpp"

namespace carillon {
namespace {

nlohmann::json frames_json(const Dataset& data, const std::vector<long>& frames) {
  nlohmann::json out = nlohmann::json::array();
  for (const long frame : frames) {
    const FrameSummary& summary = data.summary(frame);
    out.push_back({{"frame", frame},
                   {"file", data.sources()[static_cast<std::size_t>(summary.source)].path},
                   {"frame_in_file", summary.frame_in_file},
                   {"label", summary.label}});
  }
  return out;
}

/// Tables of all sets in one file each; a set without frames is left out.
void write_tables(const OutputFolder& folder, const std::vector<std::pair<std::string, MetricsTable>>& sets) {
  nlohmann::json json;
  std::string csv;
  std::string markdown;
  for (const auto& [name, table] : sets) {
    json[name] = nlohmann::json::parse(metrics_json(table));
    const std::string lines = metrics_csv(table);
    const std::size_t header_end = lines.find('\n') + 1;
    if (csv.empty()) csv = "set," + lines.substr(0, header_end);
    for (std::size_t start = header_end; start < lines.size();) {
      const std::size_t stop = lines.find('\n', start) + 1;
      csv += name + "," + lines.substr(start, stop - start);
      start = stop;
    }
    markdown += fmt::format("{}## {} frames\n\n{}", markdown.empty() ? "" : "\n", name, metrics_markdown(table));
  }
  write_file(folder.file("metrics.json"), json.dump(2) + "\n");
  write_file(folder.file("metrics.csv"), csv);
  write_file(folder.file("metrics.md"), markdown);
  fmt::print("{}", markdown);
}

}  // namespace

std::vector<long> frames_of_elements(const Dataset& data, const std::vector<long>& frames, const std::vector<Element>& elements) {
  std::vector<long> known;
  for (const long frame : frames) {
    const std::vector<Element>& held = data.summary(frame).elements;
    if (std::includes(elements.begin(), elements.end(), held.begin(), held.end())) known.push_back(frame);
  }
  return known;
}

std::string split_json(const Dataset& data, const std::vector<FrameSet>& sets) {
  nlohmann::json out;
  for (const FrameSet& set : sets) out[set.name] = frames_json(data, set.frames);
  return out.dump(1) + "\n";
}

void evaluate_sets(const Session& session, const std::optional<OutputFolder>& folder, const Potential& potential,
                   const Dataset& data, const std::vector<FrameSet>& sets, bool plots) {
  std::vector<std::pair<std::string, MetricsTable>> tables;
  for (const FrameSet& set : sets) {
    if (set.frames.empty()) continue;
    EvaluationFiles files;
    if (folder)
      files = {folder->file(fmt::format("predictions_{}.extxyz", set.name)),
               folder->file(fmt::format("parity_{}.csv", set.name))};
    tables.emplace_back(set.name, evaluate_and_write(session, potential, data, set.frames, files));
  }
  session.world.agree([&] {
    if (!folder) return;
    for (const auto& [name, table] : tables) {
      if (!plots) break;
      const OutputFolder pictures(folder->file("plots_" + name), true);
      draw_parity_plots(folder->file("parity_" + name + ".csv"), pictures.path());
    }
    write_tables(*folder, tables);
  });
}

}  // namespace carillon
