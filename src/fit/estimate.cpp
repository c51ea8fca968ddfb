#include "carillon/fit/estimate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "carillon/core/error.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/fit/disk_shelf.hpp"
#include "carillon/fit/frame_choice.hpp"
#include "carillon/fit/step_rows.hpp"
#include "carillon/fit/step_sources.hpp"
#include "carillon/solve/row_stream.hpp"

namespace carillon {
namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Operations a second of the streaming QR here, from a small one.
double measured_qr_rate() {
  constexpr long rows = 4096;
  constexpr long columns = 1200;
  std::vector<double> values(static_cast<std::size_t>(rows * columns));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>((i * 2654435761u) % 1000003u) / 1000003.0 - 0.5;
  RowStream stream(columns);
  const double start = cpu_seconds();
  stream.append(values, rows);
  stream.finish();
  return 2.0 * rows * columns * columns / std::max(1e-6, cpu_seconds() - start);
}

/// What the program, its libraries and the pages of the data take before a fit; 0 where the system does not tell.
double resident_bytes() {
  std::ifstream pages("/proc/self/statm");
  long all = 0;
  long resident = 0;
  pages >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// Of the program's and its libraries' pages, and OpenBLAS's buffers, in a fit but not before it.
constexpr double bytes_touched_later = 25e6;

double packed_bytes(long rows, long columns) {
  return 8.0 * static_cast<double>(TriangularFactor::packed_size(columns, std::min(rows, columns)));
}

/// What a RowStream that has taken `rows` takes: its factor, and of its workspace what was written to.
double stream_bytes(long rows, long columns) {
  const long written = rows <= default_row_block ? rows : default_row_block + std::min(rows, columns);
  return packed_bytes(rows, columns) + 8.0 * static_cast<double>(written * columns);
}

/// Two factors, and the rows of both side by side.
double merge_bytes(long rows, long columns) {
  return 2 * packed_bytes(rows, columns) + 16.0 * static_cast<double>(std::min(rows, columns) * columns);
}

/// What the factors of a step's units take on their way to the factors of the groups.
struct FactorNeeds {
  double unit_bytes = 0;      ///< of the largest unit in work
  double merging_bytes = 0;   ///< of the largest merge of two
  double finished_bytes = 0;  ///< of all units, finished
  double waiting_bytes = 0;   ///< of what waits: at most one factor per level of the tree and one per group
  double scratch_bytes = 0;   ///< of what waits and is not in the checkpoint as a finished unit

  double in_memory() const { return std::min(waiting_bytes, static_cast<double>(waiting_bytes_in_memory)); }
};

FactorNeeds factor_needs(const RowPlan& plan, const Dataset& data) {
  const long columns = plan.basis.columns() + 1;
  FactorNeeds needs;
  std::vector<long> units(plan.keys.size(), 0);
  std::vector<long> rows(plan.keys.size(), 0);
  std::size_t next = 0;
  for (const RowUnit& unit : plan.units) {
    double unit_bytes = 0;
    for (const long count : plan.rows_of_factors(unit, data)) {
      const auto group = static_cast<std::size_t>(plan.group_of[next++]);
      units[group] += 1;
      rows[group] += count;
      unit_bytes += stream_bytes(count, columns);
      needs.finished_bytes += packed_bytes(count, columns);
    }
    needs.unit_bytes = std::max(needs.unit_bytes, unit_bytes);
  }
  double deepest = 0;
  for (std::size_t g = 0; g < units.size(); ++g) {
    const double bytes = packed_bytes(rows[g], columns);
    needs.waiting_bytes += bytes;
    // A unit of one factor waits where the checkpoint has it.
    if (plan.factors_per_unit() != 1 || units[g] > 1) needs.scratch_bytes += bytes;
    deepest = std::max(deepest, bytes * static_cast<double>(std::bit_width(static_cast<unsigned long>(units[g]) - 1)));
    if (units[g] > 1) needs.merging_bytes = std::max(needs.merging_bytes, merge_bytes(rows[g], columns));
  }
  needs.waiting_bytes += deepest;
  needs.scratch_bytes += deepest;
  return needs;
}

/// Streaming (a unit in work and the rows of its frames), merging or solving, whichever is larger.
double memory_of_step(const StepEstimate& estimate, const FactorNeeds& needs, const std::vector<double>& group_rows,
                      long largest_frame, bool by_groups, long lambdas) {
  const auto columns = static_cast<double>(estimate.columns + 1);
  double factors = 0;
  for (const double rows : group_rows)
    factors += 8 * std::min(rows, columns) * columns - 4 * std::min(rows, columns) * std::min(rows, columns);
  const double rows_in_work = 2.0 * threads() * static_cast<double>(3 * largest_frame + 7) * columns * 8;
  const double streaming = needs.in_memory() + std::max(needs.unit_bytes + rows_in_work, needs.merging_bytes);
  // Merging all factors, the path, the spectrum and the solution, as measured.
  const double all_data = 20 * columns * columns;
  const double left_out = by_groups ? cross_validation_memory(estimate.columns + 1, estimate.groups, lambdas) : 0;
  const double solving = factors + std::max(all_data, left_out);
  return std::max(streaming, solving);
}

/// The columns of a step's rows; coefficients do not matter here.
BasisSet columns_of_rows(const StepSpec& step, const BasisSet& own, const std::vector<Block>& parents) {
  if (!step.has_parent_columns()) return own;
  std::vector<Block> blocks = split_into_blocks(own, std::vector<double>(static_cast<std::size_t>(own.columns())), {});
  blocks.insert(blocks.end(), parents.begin(), parents.end());
  return joined_basis(blocks);
}

/// What the step's evidence.h5 will hold in numbers.
double evidence_bytes(const StepSpec& step, const RowPlan& plan, const Dataset& data, long rows) {
  if (step.evidence == EvidenceLevel::groups) return factor_bytes(plan, data);
  return step.evidence == EvidenceLevel::total ? packed_bytes(rows, plan.basis.columns() + 1) : 0;
}

StepEstimate estimate_step(const StepSpec& step, const Dataset& data, const std::vector<long>& train,
                           const std::set<std::string>& known, const std::vector<Block>& earlier, double qr_rate,
                           double bytes_before) {
  const BasisSet own = blocks_basis(step.basis, step.blocks);
  const std::vector<long> frames = frames_for_step(step, data, train, known);
  if (frames.empty())
    throw InputError(fmt::format("block {}: no training frame holds its elements", fmt::join(step.blocks, " + ")));
  const RowPlan plan = plan_rows(step, data, frames, columns_of_rows(step, own, parents_in_frames(earlier, data, frames)));
  const BasisSet& basis = plan.basis;
  StepEstimate estimate;
  estimate.blocks = step.blocks;
  estimate.frames = static_cast<long>(frames.size());
  estimate.columns = basis.columns();
  long largest_frame = 0;
  long rows_in_factors = 0;
  std::vector<double> group_rows;
  for (const RowUnit& unit : plan.units) {
    group_rows.resize(static_cast<std::size_t>(unit.fold) + 1);
    const RowCounts unit_rows = rows_of_unit(unit, data, plan.weights);
    estimate.rows.add(rows_of_unit(unit, data, step.weights));
    for (const long frame : unit.frames)
      largest_frame =
          std::max(largest_frame, unit.part ? std::min(atoms_of_part_at_once(basis.columns()), data.summary(frame).atoms)
                                            : data.summary(frame).atoms);
    rows_in_factors += unit_rows.total();
    group_rows.back() += static_cast<double>(unit_rows.total());
  }
  estimate.evidence = step.evidence;
  estimate.evidence_bytes = evidence_bytes(step, plan, data, rows_in_factors);
  const FactorNeeds needs = factor_needs(plan, data);
  estimate.checkpoint_bytes =
      std::max(needs.finished_bytes + std::max(0.0, needs.scratch_bytes - static_cast<double>(waiting_bytes_in_memory)),
               estimate.evidence_bytes);
  estimate.groups = static_cast<int>(group_rows.size());
  const bool by_groups = step.solver.options.strength == Strength::groups;
  estimate.memory_bytes = bytes_before + bytes_touched_later + estimate.evidence_bytes +
                          memory_of_step(estimate, needs, group_rows, largest_frame, by_groups, step.solver.options.grid.count);

  const MomentRows rows(basis);
  const double start = cpu_seconds();
  rows.rows(data.read(frames.front()));
  const double atoms_timed = static_cast<double>(data.summary(frames.front()).atoms);
  double atoms = 0;
  for (const long frame : frames) atoms += static_cast<double>(data.summary(frame).atoms);
  estimate.row_seconds = (cpu_seconds() - start) * atoms / atoms_timed;
  const auto n = static_cast<double>(estimate.columns);
  const double paths = step.solver.options.strength == Strength::given ? 0 : by_groups ? estimate.groups + 1.0 : 1.0;
  // 2 m n² for the rows; about 5 n³ for each path (reduction to a band and its merges) and 2 n³ for the solution.
  // Groups of evidence are weighed and merged once more, and each variant of the price is solved by itself.
  const double passes = plan.by_kind ? 2 : 1;
  const double solutions = step.price ? 4 : 1;
  estimate.factor_seconds = passes * 2 * static_cast<double>(rows_in_factors) * n * n / qr_rate;
  estimate.solve_seconds = solutions * (5 * paths + 2) * n * n * n / qr_rate;
  return estimate;
}

}  // namespace

std::vector<StepEstimate> estimate_fit(const Recipe& recipe, const Dataset& data, const std::vector<long>& train) {
  double bytes_before = resident_bytes();
  const double qr_rate = measured_qr_rate();
  std::vector<StepEstimate> estimates;
  std::vector<Block> earlier;
  const bool parents_wanted =
      std::any_of(recipe.steps.begin(), recipe.steps.end(), [](const StepSpec& step) { return step.has_parent_columns(); });
  std::set<std::string> known(recipe.absent_blocks.begin(), recipe.absent_blocks.end());
  for (const StepSpec& step : recipe.steps) {
    known.insert(step.blocks.begin(), step.blocks.end());
    if (!step.frozen.empty()) {
      if (parents_wanted) earlier.push_back(read_frozen_block(step.frozen, step.blocks.front()));
      continue;
    }
    estimates.push_back(estimate_step(step, data, train, known, earlier, qr_rate, bytes_before));
    bytes_before += estimates.back().evidence_bytes;  // kept until the result is written
    const BasisSet basis = blocks_basis(step.basis, step.blocks);
    for (Block& block : split_into_blocks(basis, std::vector<double>(static_cast<std::size_t>(basis.columns())), {}))
      earlier.push_back(std::move(block));
  }
  return estimates;
}

std::string estimate_table(const std::vector<StepEstimate>& estimates, int threads, int ranks) {
  std::string out = fmt::format("{:<16}{:>8}{:>10}{:>9}{:>8}{:>12}{:>15}{:>14}{:>14}\n", "block", "frames", "rows", "columns",
                                "groups", "memory MB", "checkpoint MB", "rows CPU s", "solving CPU s");
  double total = 0;
  for (const StepEstimate& step : estimates) {
    out += fmt::format("{:<16}{:>8}{:>10}{:>9}{:>8}{:>12.0f}{:>15.0f}{:>14.1f}{:>14.1f}\n",
                       fmt::format("{}", fmt::join(step.blocks, "+")), step.frames, step.rows.total(), step.columns, step.groups,
                       step.memory_bytes / 1e6, step.checkpoint_bytes / 1e6, step.row_seconds,
                       step.factor_seconds + step.solve_seconds);
    total += step.row_seconds + step.factor_seconds + step.solve_seconds;
  }
  out += fmt::format(
      "about {:.0f} s of CPU; {} process(es) of {} thread(s) share the rows. Subtracting frozen blocks and the final evaluation "
      "come on top.\n",
      total, ranks, threads);
  for (const StepEstimate& step : estimates)
    if (step.evidence_bytes > 0)
      out += fmt::format("evidence of block {}: {:.3f} MB (level {})\n", fmt::join(step.blocks, "+"), step.evidence_bytes / 1e6,
                         evidence_level_name(step.evidence));
  return out;
}

std::string estimate_json(const std::vector<StepEstimate>& estimates, int threads, int ranks) {
  nlohmann::ordered_json out = {{"processes", ranks}, {"threads", threads}, {"memory_bytes", 0.0}, {"checkpoint_bytes", 0.0}};
  for (const char* name : {"rows_cpu_seconds", "factors_cpu_seconds", "solving_cpu_seconds"}) out[name] = 0.0;
  for (const StepEstimate& step : estimates) {
    const nlohmann::ordered_json entry = {{"blocks", step.blocks},
                                          {"frames", step.frames},
                                          {"rows", step.rows.total()},
                                          {"columns", step.columns},
                                          {"groups", step.groups},
                                          {"memory_bytes", step.memory_bytes},
                                          {"checkpoint_bytes", step.checkpoint_bytes},
                                          {"evidence_bytes", step.evidence_bytes},
                                          {"rows_cpu_seconds", step.row_seconds},
                                          {"factors_cpu_seconds", step.factor_seconds},
                                          {"solving_cpu_seconds", step.solve_seconds}};
    for (const char* name : {"memory_bytes", "checkpoint_bytes"})
      out[name] = std::max(out[name].get<double>(), entry[name].get<double>());
    for (const char* name : {"rows_cpu_seconds", "factors_cpu_seconds", "solving_cpu_seconds"})
      out[name] = out[name].get<double>() + entry[name].get<double>();
    out["steps"].push_back(entry);
  }
  return out.dump(2) + "\n";
}

}  // namespace carillon
