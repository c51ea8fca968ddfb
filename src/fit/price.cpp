#include "carillon/fit/price.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "carillon/core/error.hpp"
#include "carillon/core/units.hpp"

namespace carillon {
namespace {

using Kind = ParentHold::Kind;

ParentSpec all_parents(const std::vector<Block>& parents, Kind kind) {
  ParentSpec spec;
  for (const Block& parent : parents) spec.holds[parent.name()] = {kind, 1};
  return spec;
}

std::vector<std::pair<std::string, ParentSpec>> variants_of(const EvidenceProblem& problem) {
  const ParentSpec& own = problem.settings.parents;
  ParentSpec free = all_parents(problem.evidence.parents, Kind::free);
  free.evidence =
      own.evidence;  // a joint fit that forgets the parents' own data would be no fair comparison where they are at hand
  return {{"frozen", {}}, {"soft", own.all_frozen() ? all_parents(problem.evidence.parents, Kind::soft) : own}, {"free", free}};
}

/// Adds a column of errors to the table.
void add_errors(const Evidence& evidence, const std::vector<double>& coefficients, PriceTable& table) {
  Matrix all(static_cast<long>(coefficients.size()), 1);
  std::copy(coefficients.begin(), coefficients.end(), all.values().begin());
  std::map<std::pair<std::string, RowKind>, std::pair<long, double>> sums;
  for (const auto& [key, factor] : evidence.groups) {
    auto& [rows, square] = sums[{key.label, key.kind}];
    rows += factor.row_count();
    square += factor.squared_residuals(all).front();
  }
  const bool first = table.rows.empty();
  std::size_t place = 0;
  for (const auto& [key, sum] : sums) {
    if (first) table.rows.push_back({key.first, key.second, sum.first, {}});
    table.rows[place++].rms.push_back(std::sqrt(sum.second / static_cast<double>(sum.first)));
  }
}

struct Unit {
  std::string name;
  double factor;
};

Unit unit_of(RowKind kind, const RowForm& form) {
  switch (kind) {
    case RowKind::force:
      return {"meV/Å", 1e3};
    case RowKind::stress:
      return form.stress_times_volume ? Unit{"eV", 1} : Unit{"GPa", units::ev_per_cubic_angstrom_to_gpa};
    case RowKind::energy:
      return {form.energy_per_atom ? "meV/atom" : "meV/frame", 1e3};
    case RowKind::all:
      break;
  }
  return {"", 1};
}

}  // namespace

PriceTable price_of_hierarchy(const EvidenceProblem& problem, const Communicator& world) {
  if (problem.evidence.level != EvidenceLevel::groups)
    throw InputError("the price of the hierarchy takes evidence of level groups");
  PriceTable table;
  table.form = problem.evidence.form;
  for (auto& [name, spec] : variants_of(problem)) {
    StepSettings settings = problem.settings;
    settings.parents = spec;
    EvidenceSolution solution = solve_evidence({problem.evidence, settings, problem.parent_evidence}, world);
    if (!world.is_root()) continue;
    PriceVariant variant{name, static_cast<long>(solution.columns.unknown.size()), solution.result.summary, {}};
    if (const auto& validation = solution.result.validation)
      variant.group_out_rms = std::sqrt(validation->mean_square[validation->chosen]);
    add_errors(problem.evidence, solution.columns.all(solution.result.coefficients), table);
    table.variants.push_back(std::move(variant));
  }
  return table;
}

std::string price_markdown(const PriceTable& table) {
  std::string out =
      "| parents | unknowns | strength | degrees of freedom | weighted rms | group-out weighted rms |\n| --- | --: | --: | --: | "
      "--: | --: |\n";
  for (const PriceVariant& variant : table.variants)
    out += fmt::format("| {} | {} | {:.3g} | {:.1f} | {:.4g} | {} |\n", variant.parents, variant.unknowns, variant.summary.lambda,
                       variant.summary.degrees_of_freedom, variant.summary.rms,
                       variant.group_out_rms ? fmt::format("{:.4g}", *variant.group_out_rms) : "");
  out += "\nErrors (rms) on the rows of the fit:\n\n| state point | rows | count | unit |";
  for (const PriceVariant& variant : table.variants) out += fmt::format(" {} |", variant.parents);
  out += "\n| --- | --- | --: | --- |";
  for (std::size_t k = 0; k < table.variants.size(); ++k) out += " --: |";
  for (const PriceRow& row : table.rows) {
    const Unit unit = unit_of(row.kind, table.form);
    out += fmt::format("\n| {} | {} | {} | {} |", row.label, row_kind_name(row.kind), row.rows, unit.name);
    for (const double rms : row.rms) out += fmt::format(" {:.4g} |", unit.factor * rms);
  }
  return out + "\n";
}

std::string price_csv(const PriceTable& table) {
  std::string out = "state_point,kind,rows,unit";
  for (const PriceVariant& variant : table.variants) out += fmt::format(",{}_rms", variant.parents);
  out += "\n";
  for (const PriceRow& row : table.rows) {
    const Unit unit = unit_of(row.kind, table.form);
    out += fmt::format("\"{}\",{},{},{}", row.label, row_kind_name(row.kind), row.rows, unit.name);
    for (const double rms : row.rms) out += fmt::format(",{}", unit.factor * rms);
    out += "\n";
  }
  return out;
}

}  // namespace carillon
