#include "carillon/fit/step_rows.hpp"

#include <algorithm>
#include <array>

#include "carillon/core/interrupt.hpp"
#include "carillon/design/assemble.hpp"
#include "carillon/fit/evidence_folds.hpp"

namespace carillon {
namespace {

/// In the order of assemble().
constexpr std::array<RowKind, 3> kinds{RowKind::force, RowKind::stress, RowKind::energy};

std::array<long, 3> counts_by_kind(const RowCounts& counts) { return {counts.force, counts.stress, counts.energy}; }

}  // namespace

long atoms_of_part_at_once(long columns) { return std::max(1024L, 64'000'000 / (24 * std::max(1L, columns))); }

int RowPlan::folds() const {
  int last = 0;
  for (const RowUnit& unit : units) last = std::max(last, unit.fold);
  return last + 1;
}

std::vector<long> RowPlan::rows_of_factors(const RowUnit& unit, const Dataset& data) const {
  const RowCounts counts = rows_of_unit(unit, data, weights);
  if (!by_kind) return {counts.total()};
  const std::array<long, 3> by_kinds = counts_by_kind(counts);
  return {by_kinds.begin(), by_kinds.end()};
}

std::vector<double> RowPlan::unit_costs(const Dataset& data) const {
  const RowCost cost(basis);
  std::vector<double> costs;
  for (const RowUnit& unit : units) costs.push_back(cost_of_unit(unit, data, weights, cost));
  return costs;
}

RowPlan plan_rows(const StepSpec& step, const Dataset& data, const std::vector<long>& frames, BasisSet columns) {
  RowPlan plan;
  plan.basis = std::move(columns);
  plan.by_kind = step.evidence == EvidenceLevel::groups;
  plan.with_parents = step.has_parent_columns();
  plan.weights = plan.by_kind ? unit_weights(step.weights) : step.weights;
  plan.units = divide_into_units(data, frames, step, RowCost(plan.basis));
  for (const RowUnit& unit : plan.units)
    for (long k = 0; k < plan.factors_per_unit(); ++k) {
      const EvidenceKey key{unit.label, plan.by_kind ? kinds[static_cast<std::size_t>(k)] : RowKind::all, unit.fold};
      const auto found = std::find(plan.keys.begin(), plan.keys.end(), key);
      plan.group_of.push_back(found - plan.keys.begin());
      if (found == plan.keys.end()) plan.keys.push_back(key);
    }
  return plan;
}

double factor_bytes(const RowPlan& plan, const Dataset& data) {
  std::vector<long> rows(plan.keys.size(), 0);
  std::size_t next = 0;
  for (const RowUnit& unit : plan.units) {
    for (const long count : plan.rows_of_factors(unit, data)) rows[static_cast<std::size_t>(plan.group_of[next++])] += count;
  }
  const long columns = plan.basis.columns() + 1;
  double bytes = 0;
  for (const long count : rows)
    bytes += 8.0 * static_cast<double>(TriangularFactor::packed_size(columns, std::min(count, columns)));
  return bytes;
}

StepRows::StepRows(const RowPlan& plan, const BasisSet& own, const Dataset& data, const std::vector<Block>& parents)
    : plan_(plan), own_(own), data_(data), rows_(plan.basis) {
  if (!parents.empty()) frozen_ = std::make_unique<ChimesPotential>(joined_basis(parents), joined_coefficients(parents));
}

OpenUnit StepRows::new_unit() const {
  std::vector<RowStream> streams;
  for (long k = 0; k < plan_.factors_per_unit(); ++k) streams.emplace_back(plan_.basis.columns() + 1);
  return OpenUnit(std::move(streams));
}

FinishedUnit StepRows::make_unit(long number, StepCheckpoint& kept, const std::function<void(std::size_t)>& done) {
  const RowUnit& unit = plan_.units[static_cast<std::size_t>(number)];
  std::optional<OpenUnit> found = kept.open_unit(number);
  OpenUnit open = found ? std::move(*found) : new_unit();
  auto begin = static_cast<std::size_t>(open.frames_done);
  done(std::min(begin, unit.frames_counted()));
  const auto batch = static_cast<std::size_t>(threads());
  while (begin < unit.frames.size()) {
    if (pending_interrupt() != 0) {
      if (begin > 0) kept.keep(number, open);
      check_interrupt();
    }
    const std::size_t count = std::min(batch, unit.frames.size() - begin);
    if (unit.part)
      append_part(unit.frames.front(), *unit.part, open);
    else
      append_frames(unit.frames, begin, count, open);
    begin += count;
    open.frames_done = static_cast<long>(begin);
    kept.keep_when_due(number, open);
    done(std::min(count, unit.frames_counted()));
  }
  FinishedUnit finished{{}, std::move(open.notes)};
  for (RowStream& stream : open.streams) finished.factors.push_back(stream.finish());
  kept.keep(number, finished);
  return finished;
}

/// Design rows of a few frames at once, one a thread, taken in frame order.
void StepRows::append_frames(const std::vector<long>& frames, std::size_t begin, std::size_t count, OpenUnit& unit) const {
  std::vector<WeightedRows> rows(count);
  std::vector<FrameNotes> notes(count);
  parallel_for(static_cast<long>(count), [&](long k) {
    const auto slot = static_cast<std::size_t>(k);
    const FrameInWork frame = read_frame(frames[begin + slot]);
    notes[slot] = notes_of(frame);
    rows[slot] = assemble(frame.structure, rows_.rows(frame.structure), frame.target, plan_.weights);
  });
  for (std::size_t k = 0; k < count; ++k) {
    append_rows(rows[k], unit);
    unit.notes.merge(notes[k]);
  }
}

/// A part of one frame, by some atoms at a time, all threads on them.
void StepRows::append_part(long frame, FramePart part, OpenUnit& unit) {
  if (!last_frame_ || last_frame_->number != frame) last_frame_ = std::make_unique<FrameInWork>(read_frame(frame));
  if (part.has_frame_rows) unit.notes.merge(notes_of(*last_frame_));
  const Structure& structure = last_frame_->structure;
  const std::size_t end = part.end;
  do {
    check_interrupt();
    part.end = std::min(part.begin + static_cast<std::size_t>(atoms_of_part_at_once(plan_.basis.columns())), end);
    append_rows(assemble(structure, rows_.rows(structure, part), last_frame_->target, plan_.weights, part), unit);
    part = {part.end, end, false};
  } while (part.begin < end);
}

StepRows::FrameInWork StepRows::read_frame(long number) const {
  FrameInWork frame{number, data_.read(number), {}, {}};
  frame.left = residual_target(frame.structure, frozen_.get());
  frame.target = plan_.with_parents ? residual_target(frame.structure, nullptr) : frame.left;
  return frame;
}

FrameNotes StepRows::notes_of(const FrameInWork& frame) const {
  FrameNotes notes;
  notes.residual.add(frame.structure, frame.left);
  add_coverage(own_, frame.structure, notes.coverage);
  return notes;
}

void StepRows::append_rows(const WeightedRows& rows, OpenUnit& unit) const {
  const auto width = static_cast<std::size_t>(plan_.basis.columns() + 1);
  const std::array<long, 3> of_kind = counts_by_kind(rows.counts);
  const std::vector<long> of_stream =
      plan_.by_kind ? std::vector<long>(of_kind.begin(), of_kind.end()) : std::vector<long>{rows.counts.total()};
  std::size_t first = 0;
  for (std::size_t s = 0; s < unit.streams.size(); ++s) {
    const std::size_t size = static_cast<std::size_t>(of_stream[s]) * width;
    unit.streams[s].append({rows.values.data() + first, size}, of_stream[s]);
    first += size;
  }
}

}  // namespace carillon
