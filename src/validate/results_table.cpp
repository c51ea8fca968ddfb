#include "carillon/validate/results_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "case_kinds.hpp"

namespace carillon {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(number(value));
  return out;
}

Json json_of(const CaseCheck& check) {
  return {{"quantity", check.quantity},
          {"unit", check.unit},
          {"value", number(check.value)},
          {"reference", check.reference ? number(*check.reference) : Json(nullptr)},
          {"limit", check.limit ? number(*check.limit) : Json(nullptr)},
          {"state", to_string(check.state())},
          {"passed", check.not_judged.empty() ? Json(check.state() != CheckState::failed) : Json(nullptr)},
          {"reason", check.not_judged}};
}

Json json_of(const CasePlot& plot) {
  Json json = {{"title", plot.title}, {"x_label", plot.x_label}, {"y_label", plot.y_label}, {"parity", plot.parity}};
  json["categories"] = plot.categories;
  json["series"] = Json::array();
  for (const PlotSeries& series : plot.series)
    json["series"].push_back(
        {{"name", series.name}, {"style", series.style}, {"x", numbers(series.x)}, {"y", numbers(series.y)}});
  return json;
}

Json json_of(const CaseResult& result) {
  Json json = {
      {"name", result.name},     {"title", result.title},     {"kind", result.kind},       {"status", to_string(result.status)},
      {"reason", result.reason}, {"seconds", result.seconds}, {"sources", result.sources}, {"notes", result.notes}};
  for (const char* list : {"checks", "tables", "plots"}) json[list] = Json::array();
  for (const CaseCheck& check : result.checks) json["checks"].push_back(json_of(check));
  json["elements"] = result.elements;
  for (const CaseTable& table : result.tables)
    json["tables"].push_back({{"title", table.title}, {"columns", table.columns}, {"rows", table.rows}});
  for (const CasePlot& plot : result.plots) json["plots"].push_back(json_of(plot));
  return json;
}

/// How a check ended; nothing for a number that is only told.
std::string outcome(const CaseCheck& check) {
  if (check.state() == CheckState::told) return "";
  return to_string(check.state()) + (check.not_judged.empty() ? "" : ": " + check.not_judged);
}

/// What was wanted of a check's value.
std::string wanted(const CaseCheck& check) {
  if (!check.limit) return check.reference ? "reference " + case_number(*check.reference) : "";
  if (check.reference) return case_number(*check.reference) + " ± " + case_number(*check.limit);
  return "at most " + case_number(*check.limit);
}

/// The case's own trouble, then that of its checks.
std::string problems_of(const CaseResult& result) {
  std::string text;
  if (!result.reason.empty()) text += fmt::format("- {}: {}: {}\n", result.name, to_string(result.status), result.reason);
  if (result.status == CaseStatus::skipped) return text;
  for (const CaseCheck& check : result.checks) {
    if (check.state() == CheckState::failed)
      text += fmt::format("- {}: {}: {} {}, expected {}\n", result.name, check.quantity, case_number(check.value), check.unit,
                          wanted(check));
    if (check.state() == CheckState::not_judged)
      text += fmt::format("- {}: {}: {}\n", result.name, check.quantity, outcome(check));
  }
  return text;
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += ' ';
    for (const char c : cell) line += c == '|' ? std::string("\\|") : std::string(1, c);
    line += " |";
  }
  return line + "\n";
}

std::string head(const std::vector<std::string>& columns) {
  std::string rule = "|";
  for (std::size_t k = 0; k < columns.size(); ++k) rule += k == 0 ? " :-- |" : " --: |";
  return row(columns) + rule + "\n";
}

}  // namespace

std::string results_json(const ValidatedModel& model, const std::vector<CaseResult>& results) {
  Json json;
  json["model"] = {{"paths", model.paths}, {"description", model.description}};
  json["carillon"] = model.carillon_version;
  json["cases"] = Json::array();
  for (const CaseResult& result : results) json["cases"].push_back(json_of(result));
  return json.dump(1) + "\n";
}

std::string results_markdown(const std::vector<CaseResult>& results) {
  std::string text = head({"case", "kind", "status", "checks failed", "not judged"});
  std::string problems;
  for (const CaseResult& result : results) {
    const bool skipped = result.status == CaseStatus::skipped;
    text += row({result.name, result.kind, to_string(result.status),
                 skipped ? "-" : fmt::format("{} of {}", result.count(CheckState::failed), result.checks.size()),
                 skipped ? "-" : std::to_string(result.count(CheckState::not_judged))});
    problems += problems_of(result);
  }
  return problems.empty() ? text : text + "\n" + problems;
}

std::string results_details(const std::vector<CaseResult>& results) {
  std::string text = results_markdown(results);
  for (const CaseResult& result : results) {
    text += fmt::format("\n## {}\n\n{}: {}.\n", result.name, result.title, to_string(result.status));
    if (!result.checks.empty()) text += "\n" + head({"quantity", "value", "unit", "wanted", ""});
    for (const CaseCheck& check : result.checks)
      text += row(
          {check.quantity, check.not_judged.empty() ? case_number(check.value) : "-", check.unit, wanted(check), outcome(check)});
    for (const CaseTable& table : result.tables) {
      text += fmt::format("\n{}:\n\n{}", table.title, head(table.columns));
      for (const auto& cells : table.rows) text += row(cells);
    }
    if (!result.notes.empty() || !result.sources.empty() || !result.reason.empty()) text += "\n";
    if (!result.reason.empty()) text += fmt::format("- {}: {}\n", to_string(result.status), result.reason);
    for (const std::string& note : result.notes) text += "- " + note + "\n";
    for (const std::string& source : result.sources) text += "- reference: " + source + "\n";
  }
  return text;
}

bool any_failed(const std::vector<CaseResult>& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const CaseResult& result) { return result.status == CaseStatus::failed; });
}

}  // namespace carillon
