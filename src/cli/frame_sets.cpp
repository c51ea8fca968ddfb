#include "carillon/cli/frame_sets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

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

std::string left_out_complaint(const Dataset& data, const std::vector<long>& frames, const std::vector<Element>& elements,
                               const std::string& reason) {
  std::set<long> left_out(frames.begin(), frames.end());
  for (const long frame : frames_of_elements(data, frames, elements)) left_out.erase(frame);
  if (left_out.empty()) return "";
  std::set<std::string> others;
  std::map<std::string, long> left_of_file;
  const auto file_of = [&](long frame) { return data.sources()[static_cast<std::size_t>(data.summary(frame).source)].path; };
  for (const long frame : left_out) {
    ++left_of_file[file_of(frame)];
    for (const Element element : data.summary(frame).elements)
      if (!std::binary_search(elements.begin(), elements.end(), element)) others.emplace(element.symbol());
  }
  std::string whole_files;
  for (const auto& [file, count] : left_of_file)
    if (std::count_if(frames.begin(), frames.end(), [&](long frame) { return file_of(frame) == file; }) == count)
      whole_files += fmt::format("{}{}", whole_files.empty() ? "; among them are all frames of " : ", ", file);
  return fmt::format("{} of {} frames are left out: they hold {}, {}{}", left_out.size(), frames.size(), fmt::join(others, ", "),
                     reason, whole_files);
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
