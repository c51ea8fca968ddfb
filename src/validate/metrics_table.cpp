#include "carillon/validate/metrics_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "carillon/core/atomic_file.hpp"
#include "carillon/core/units.hpp"
#include "carillon/validate/csv_field.hpp"

namespace carillon {
namespace {

constexpr double milli = 1e3;
constexpr double mev_per_atom = milli;
constexpr double mev_per_angstrom = milli;
constexpr double kcal = units::ev_to_kcal_per_mol;
constexpr double gpa = units::ev_per_cubic_angstrom_to_gpa;

/// One number of a row: where it stands and in which unit it is shown.
struct Column {
  const char* name;     // JSON and CSV
  const char* heading;  // Markdown; null leaves it out there
  ErrorStatistics MetricsRow::*quantity;
  double ErrorStatistics::*value;
  double unit;

  /// Nothing where nothing was compared.
  std::optional<double> of(const MetricsRow& row) const {
    if ((row.*quantity).count == 0) return std::nullopt;
    return unit * ((row.*quantity).*value);
  }
};

using R = MetricsRow;
using S = ErrorStatistics;
constexpr Column columns[] = {
    {"energy_rmse_mev_per_atom", "E RMSE, meV/atom", &R::energy, &S::rmse, mev_per_atom},
    {"energy_mae_mev_per_atom", nullptr, &R::energy, &S::mae, mev_per_atom},
    {"energy_max_error_mev_per_atom", nullptr, &R::energy, &S::max_error, mev_per_atom},
    {"energy_mean_error_mev_per_atom", "E mean error, meV/atom", &R::energy, &S::mean_error, mev_per_atom},
    {"energy_reference_spread_mev_per_atom", "E ref. spread, meV/atom", &R::energy, &S::reference_rms, mev_per_atom},
    {"force_rmse_mev_per_angstrom", "F RMSE, meV/Å", &R::force, &S::rmse, mev_per_angstrom},
    {"force_rmse_kcal_per_mol_per_angstrom", "F RMSE, kcal/mol/Å", &R::force, &S::rmse, kcal},
    {"force_mae_mev_per_angstrom", nullptr, &R::force, &S::mae, mev_per_angstrom},
    {"force_max_error_mev_per_angstrom", "F max error, meV/Å", &R::force, &S::max_error, mev_per_angstrom},
    {"force_reference_rms_mev_per_angstrom", "F ref. rms, meV/Å", &R::force, &S::reference_rms, mev_per_angstrom},
    {"stress_rmse_gpa", "stress RMSE, GPa", &R::stress, &S::rmse, gpa},
    {"stress_mae_gpa", nullptr, &R::stress, &S::mae, gpa},
    {"stress_max_error_gpa", nullptr, &R::stress, &S::max_error, gpa},
    {"stress_mean_error_gpa", nullptr, &R::stress, &S::mean_error, gpa},
    {"stress_reference_rms_gpa", "stress ref. rms, GPa", &R::stress, &S::reference_rms, gpa},
};

nlohmann::ordered_json json_row(const MetricsRow& row) {
  nlohmann::ordered_json json = {{"label", row.label},
                                 {"frames", row.frames},
                                 {"atoms", row.atoms},
                                 {"energy_count", row.energy.count},
                                 {"force_count", row.force.count},
                                 {"stress_count", row.stress.count}};
  for (const Column& column : columns) {
    const std::optional<double> value = column.of(row);
    json[column.name] = value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
  }
  return json;
}

std::string csv_row(const MetricsRow& row) {
  std::string line = fmt::format("{},{},{},{},{},{}", csv_field(row.label), row.frames, row.atoms, row.energy.count,
                                 row.force.count, row.stress.count);
  for (const Column& column : columns) {
    const std::optional<double> value = column.of(row);
    line += value ? fmt::format(",{:.8g}", *value) : ",";
  }
  return line + "\n";
}

/// Three or four figures without an exponent: 0.01234, 12.34, 12345.
std::string short_number(double value) {
  const double size = std::abs(value);
  const int decimals = size > 0 ? std::clamp(3 - static_cast<int>(std::floor(std::log10(size))), 0, 6) : 0;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string markdown_label(const std::string& label) {
  if (label.empty()) return "(none)";
  std::string text;
  for (const char c : label) text += c == '|' ? std::string("\\|") : std::string(1, c);
  return text;
}

std::string markdown_row(const MetricsRow& row, const std::string& label) {
  std::string line = fmt::format("| {} | {} |", label, row.frames);
  for (const Column& column : columns) {
    if (!column.heading) continue;
    const std::optional<double> value = column.of(row);
    line += fmt::format(" {} |", value ? short_number(*value) : "-");
  }
  return line + "\n";
}

}  // namespace

std::string metrics_json(const MetricsTable& table) {
  nlohmann::ordered_json json;
  json["labels"] = nlohmann::ordered_json::array();
  for (const MetricsRow& row : table.labels) json["labels"].push_back(json_row(row));
  json["all"] = json_row(table.all);
  return json.dump(2) + "\n";
}

std::string metrics_csv(const MetricsTable& table) {
  std::string text = "label,frames,atoms,energy_count,force_count,stress_count";
  for (const Column& column : columns) text += std::string(",") + column.name;
  text += "\n";
  for (const MetricsRow& row : table.labels) text += csv_row(row);
  return text + csv_row(table.all);
}

std::string metrics_markdown(const MetricsTable& table) {
  std::string heading = "| label | frames |";
  std::string rule = "| :-- | --: |";
  for (const Column& column : columns) {
    if (!column.heading) continue;
    heading += fmt::format(" {} |", column.heading);
    rule += " --: |";
  }
  std::string text = heading + "\n" + rule + "\n";
  for (const MetricsRow& row : table.labels) text += markdown_row(row, markdown_label(row.label));
  return text + markdown_row(table.all, "**all**");
}

void write_metrics(const MetricsTable& table, const std::string& folder) {
  write_file(folder + "/metrics.json", metrics_json(table));
  write_file(folder + "/metrics.csv", metrics_csv(table));
  write_file(folder + "/metrics.md", metrics_markdown(table));
}

}  // namespace carillon
