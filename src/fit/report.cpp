#include "carillon/fit/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace carillon {
namespace {

std::string condition_text(double condition) { return std::isfinite(condition) ? fmt::format("{:.2e}", condition) : "infinite"; }

/// JSON has no infinity: a singular matrix's condition becomes null.
nlohmann::json finite_or_null(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

nlohmann::json summary_json(const Summary& summary) {
  return {{"status", solve_status_name(summary.status)},
          {"message", summary.message},
          {"rows", summary.rows},
          {"columns", summary.columns},
          {"zero_columns", summary.zero_columns},
          {"rank", summary.rank},
          {"condition", finite_or_null(summary.condition)},
          {"regularised_condition", finite_or_null(summary.regularised_condition)},
          {"lambda", summary.lambda},
          {"lambda_how", summary.lambda_how},
          {"degrees_of_freedom", summary.degrees_of_freedom},
          {"residual_norm_weighted", summary.residual_norm},
          {"rms_weighted", summary.rms},
          {"kkt_violation", summary.kkt_violation},
          {"active_constraints", summary.active_constraints}};
}

long count_nonzero(const std::vector<double>& coefficients) {
  return static_cast<long>(coefficients.size()) - std::count(coefficients.begin(), coefficients.end(), 0.0);
}

nlohmann::json residual_json(const ResidualTally& tally) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [label, entry] : tally.labels())
    out[label] = {{"force_components", entry.count},
                  {"reference_force_rms_ev_per_angstrom", entry.reference_rms()},
                  {"target_force_rms_ev_per_angstrom", entry.residual_rms()},
                  {"ratio", finite_or_null(entry.ratio())}};
  return out;
}

/// Per section: its strength (null: pruned, or nothing to penalise) and how many of its coefficients the data determine.
nlohmann::json relevance_json(const StepReport& step) {
  nlohmann::json out = nlohmann::json::object();
  const Relevance& relevance = *step.solution.relevance;
  for (std::size_t g = 0; g < relevance.lambda.size(); ++g)
    out[step.basis.types().at(g).name()] = {{"lambda", finite_or_null(relevance.lambda[g])},
                                            {"parameters", relevance.parameters[g]}};
  return out;
}

std::string relevance_text(const StepReport& step) {
  const Relevance& relevance = *step.solution.relevance;
  std::vector<std::string> kept;
  std::vector<std::string> pruned;
  for (std::size_t g = 0; g < relevance.lambda.size(); ++g) {
    const ClusterType& type = step.basis.types().at(g);
    if (std::isfinite(relevance.lambda[g]))
      kept.push_back(fmt::format("{} {:.3g} ({:.1f} parameters)", type.name(), relevance.lambda[g], relevance.parameters[g]));
    else if (type.atoms() > 1)  // energy offsets have no strength
      pruned.push_back(type.name());
  }
  std::string out = fmt::format("  strengths: {}\n", fmt::join(kept, ", "));
  if (!pruned.empty()) out += fmt::format("  pruned, the data do not need them: {}\n", fmt::join(pruned, ", "));
  return out;
}

std::string fitted_text(const StepReport& step) {
  const Summary& summary = step.solution.summary;
  std::string out = fmt::format("block {}: {} rows, {} columns, rank {}, condition {} (regularised {})\n",
                                fmt::join(step.blocks, " + "), summary.rows, summary.columns, summary.rank,
                                condition_text(summary.condition), condition_text(summary.regularised_condition));
  out += fmt::format("  strength {:.4g} ({}), {:.1f} degrees of freedom, weighted rms {:.4g}, status {}\n", summary.lambda,
                     summary.lambda_how, summary.degrees_of_freedom, summary.rms, solve_status_name(summary.status));
  if (const long nonzero = count_nonzero(step.solution.coefficients); nonzero < summary.columns)
    out += fmt::format("  {} coefficients are not zero\n", nonzero);
  if (summary.active_constraints > 0) out += fmt::format("  {} inequality constraints are active\n", summary.active_constraints);
  if (step.solution.relevance) out += relevance_text(step);
  if (!summary.message.empty()) out += "  " + summary.message + "\n";
  if (!step.moved_parents.empty())
    out += fmt::format("  new coefficients of block {} belong to it\n", fmt::join(step.moved_parents, ", "));
  for (const auto& [label, entry] : step.residual.labels())
    if (entry.ratio() > 1)
      out += fmt::format(
          "  {}: what the earlier blocks leave is larger than the reference itself ({:.2f} times the force rms): alone they do "
          "harm here, and this block first takes that back\n",
          label, entry.ratio());
  out += fmt::format("  {:.1f} s for rows and factorisation, {:.1f} s for the solution", step.row_seconds, step.solve_seconds);
  return out;
}

}  // namespace

std::string fit_summary_json(const FitResult& result) {
  nlohmann::json steps = nlohmann::json::array();
  for (const StepReport& step : result.steps) {
    nlohmann::json entry = {{"blocks", step.blocks}, {"frozen", step.frozen}};
    if (!step.frozen) {
      entry["frames"] = step.frames.size();
      entry["rows"] = {{"force", step.rows.force}, {"stress", step.rows.stress}, {"energy", step.rows.energy}};
      entry["solution"] = summary_json(step.solution.summary);
      entry["solution"]["nonzero_coefficients"] = count_nonzero(step.solution.coefficients);
      if (step.solution.relevance) entry["solution"]["relevance"] = relevance_json(step);
      entry["target"] = residual_json(step.residual);
      entry["moved_parents"] = step.moved_parents;
      entry["row_seconds"] = step.row_seconds;
      entry["solve_seconds"] = step.solve_seconds;
    }
    steps.push_back(std::move(entry));
  }
  return nlohmann::json{{"steps", steps}}.dump(2) + "\n";
}

std::string fit_summary_text(const FitResult& result) {
  std::string out;
  for (const StepReport& step : result.steps)
    out += (out.empty() ? "" : "\n") + (step.frozen ? fmt::format("block {}: frozen", step.blocks.front()) : fitted_text(step));
  return out;
}

std::string path_csv(const StepReport& step) {
  if (!step.solution.path) return {};
  const RidgePath& path = *step.solution.path;
  const auto& validation = step.solution.validation;
  const auto& likelihood = step.solution.likelihood;  // over the same grid
  std::string out = "lambda,degrees_of_freedom,residual_norm,gcv";
  if (likelihood) out += ",log_marginal_likelihood";
  if (validation) {
    out += ",group_out_mean_square,standard_error";
    for (long g = 0; g < validation->group_mean_square.rows(); ++g) out += fmt::format(",group_{}_mean_square", g);
  }
  out += "\n";
  for (std::size_t k = 0; k < path.lambda.size(); ++k) {
    out += fmt::format("{},{},{},{}", path.lambda[k], path.degrees_of_freedom[k], path.residual_norm[k], path.gcv[k]);
    if (likelihood) out += fmt::format(",{}", likelihood->log_likelihood[k]);
    if (validation) {
      out += fmt::format(",{},{}", validation->mean_square[k], validation->standard_error[k]);
      for (long g = 0; g < validation->group_mean_square.rows(); ++g)
        out += fmt::format(",{}", validation->group_mean_square(g, static_cast<long>(k)));
    }
    out += "\n";
  }
  return out;
}

}  // namespace carillon
