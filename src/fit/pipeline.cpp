#include "carillon/fit/pipeline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>

#include "carillon/block/block_file.hpp"
#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/version.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/exchange/chimes_params.hpp"
#include "carillon/fit/frame_choice.hpp"
#include "carillon/fit/row_units.hpp"
#include "carillon/fit/solver_options.hpp"
#include "carillon/fit/step_checkpoint.hpp"
#include "carillon/solve/merge_tree.hpp"
#include "carillon/solve/row_stream.hpp"

namespace carillon {
namespace {

using Clock = std::chrono::steady_clock;

/// A kill loses at most so much of a unit in work; keeping one costs seconds at worst (of 10,000 columns: about 1 GB).
constexpr std::chrono::minutes keep_open_units_every(5);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, " + ")); }

/// One fitted step: everything that its pieces share.
class StepFit {
public:
  StepFit(const StepSpec& step, const Dataset& data, const std::vector<Block>& parents, const Communicator& world,
          const FitObserver& observer, Checkpoint* checkpoint, StepCheckpoint kept)
      : step_(step),
        data_(data),
        world_(world),
        observer_(observer),
        checkpoint_(checkpoint),
        kept_(std::move(kept)),
        basis_(blocks_basis(step.basis, step.blocks)) {
    moment_rows_ = std::make_unique<MomentRows>(basis_);
    if (!parents.empty()) frozen_ = std::make_unique<ChimesPotential>(joined_basis(parents), joined_coefficients(parents));
    for (const Block& parent : parents) parent_checksums_[parent.name()] = block_checksum(parent);
  }

  StepReport run(const std::vector<long>& train, const std::set<std::string>& known) {
    choose_frames(train, known);
    const auto units = divide_into_units(data_, report_.frames, step_, basis_.columns());
    observer_.note(fmt::format("block {}: {} frames, {} rows ({} force, {} stress, {} energy), {} columns", joined(step_.blocks),
                               report_.frames.size(), report_.rows.total(), report_.rows.force, report_.rows.stress,
                               report_.rows.energy, report_.columns));
    if (!take_kept_solution()) {
      tell_kept_units(static_cast<long>(units.size()));
      auto start = Clock::now();
      const std::vector<TriangularFactor> groups = factorise(units);
      report_.row_seconds = seconds_since(start);
      collect_notes();
      start = Clock::now();
      solve(groups);
      report_.solve_seconds = seconds_since(start);
      keep_solution(static_cast<long>(units.size()));
    }
    share_solution();
    pass_on_complaints();
    return report_;
  }

  /// @param recipe  by its own paths, which name the data files in the provenance
  std::vector<Block> blocks(const Recipe& recipe) const {
    Provenance provenance;
    provenance.source = "fit";
    provenance.carillon_version = version() + " (" + git_hash() + ")";
    provenance.recipe_sha256 = sha256(recipe_yaml(recipe));
    for (std::size_t source = 0; source < recipe.data.size(); ++source)
      provenance.data_sha256[recipe.data[source].path] = data_.source_hash(static_cast<int>(source));
    for (const long frame : report_.frames) ++provenance.frames[data_.summary(frame).label];
    provenance.parents = parent_checksums_;
    provenance.distances = notes_.coverage;
    const Summary& summary = report_.solution.summary;
    provenance.solver = fmt::format("{}, strength {:.6g} ({})", step_.solver.options.method, summary.lambda, summary.lambda_how);
    return split_into_blocks(basis_, report_.solution.coefficients, provenance);
  }

private:
  void choose_frames(const std::vector<long>& train, const std::set<std::string>& known) {
    report_.blocks = step_.blocks;
    report_.columns = basis_.columns();
    for (const ClusterType& type : basis_.types()) report_.sections.push_back(type.name());
    report_.frames = frames_for_step(step_, data_, train, known);
    for (const long frame : report_.frames) {
      const RowCounts counts = rows_of_frame(data_.summary(frame), step_.weights);
      report_.rows.force += counts.force;
      report_.rows.stress += counts.stress;
      report_.rows.energy += counts.energy;
    }
    if (report_.rows.total() == 0)
      throw InputError(
          fmt::format("block {}: no training frame holds its elements and has labels with a weight", joined(step_.blocks)));
  }

  /// An earlier run's solution, on the root.
  /// @return whether there was one, on all ranks
  bool take_kept_solution() {
    std::string found;
    world_.agree([&] {
      std::optional<SolvedStep> solved;
      if (world_.is_root()) solved = kept_.solution();
      if (!solved) return;
      found = "yes";
      report_.solution = std::move(solved->solution);
      report_.row_seconds = solved->row_seconds;
      report_.solve_seconds = solved->solve_seconds;
      notes_ = std::move(solved->notes);
    });
    world_.broadcast(found);
    if (!found.empty()) observer_.note(fmt::format("resuming: solution of block {} found", joined(step_.blocks)));
    return !found.empty();
  }

  void tell_kept_units(long units) const {
    const long found = kept_.count_finished(units);
    if (found > 0) observer_.note(fmt::format("resuming: {} of {} units of block {} found", found, units, joined(step_.blocks)));
  }

  /// Makes or finds the factors of this rank's units and merges those of all ranks: one factor a fold, on the root.
  std::vector<TriangularFactor> factorise(const std::vector<RowUnit>& units) {
    progress_ = observer_.progress("design rows " + joined(step_.blocks));
    UnitPlan plan{basis_.columns() + 1, UnitPlan::contiguous_owners(static_cast<long>(units.size()), world_.size()), {}};
    for (const RowUnit& unit : units) plan.group.push_back(unit.fold);
    const auto make = [&](long number) {
      const RowUnit& unit = units[static_cast<std::size_t>(number)];
      std::optional<FinishedUnit> done = kept_.finished_unit(number);
      if (done)
        tell_progress(unit.frames.size());
      else
        done = make_unit(number, unit);
      unit_notes_[number] = std::move(done->notes);
      return std::move(done->factor);
    };
    if (choose_factorisation(step_.solver.factorisation, basis_.columns(), world_.size()) == Factorisation::tree)
      return combine_units(world_, plan, make);
    observer_.note("factors of the ranks are combined block-cyclically: last bits depend on the number of ranks");
    return combine_units_block_cyclic(world_, plan, make);
  }

  /// Streams the rows of a unit, from the frame where an earlier run stopped; between frames it minds signals.
  FinishedUnit make_unit(long number, const RowUnit& unit) {
    OpenUnit open = kept_.open_unit(number).value_or(OpenUnit(RowStream(basis_.columns() + 1)));
    auto begin = static_cast<std::size_t>(open.frames_done);
    tell_progress(begin);
    const auto batch = static_cast<std::size_t>(threads());
    while (begin < unit.frames.size()) {
      if (pending_interrupt() != 0) {
        if (begin > 0) kept_.keep(number, open);
        check_interrupt();
      }
      const std::size_t count = std::min(batch, unit.frames.size() - begin);
      append_frames(unit.frames, begin, count, open);
      begin += count;
      open.frames_done = static_cast<long>(begin);
      kept_.keep_when_due(number, open);
      tell_progress(count);
    }
    FinishedUnit done{open.stream.finish(), std::move(open.notes)};
    kept_.keep(number, done);
    return done;
  }

  /// This rank's part stands for all of them.
  void tell_progress(std::size_t frames) {
    frames_done_ += static_cast<long>(frames);
    const long done = frames_done_ * world_.size();
    progress_(done, std::max(done, static_cast<long>(report_.frames.size())));
  }

  /// Design rows of a few frames at once, one a thread, taken in frame order.
  void append_frames(const std::vector<long>& frames, std::size_t begin, std::size_t count, OpenUnit& unit) {
    std::vector<WeightedRows> rows(count);
    std::vector<FrameNotes> notes(count);
    parallel_for(static_cast<long>(count), [&](long k) {
      const auto slot = static_cast<std::size_t>(k);
      const Structure structure = data_.read(frames[begin + slot]);
      const Target target = residual_target(structure, frozen_.get());
      notes[slot].residual.add(structure, target);
      add_coverage(basis_, structure, notes[slot].coverage);
      rows[slot] = assemble(structure, moment_rows_->rows(structure), target, step_.weights);
    });
    for (std::size_t k = 0; k < count; ++k) {
      unit.stream.append(rows[k].values, rows[k].counts.total());
      unit.notes.merge(notes[k]);
    }
  }

  /// Everything the ranks noted beside the rows, on all of them; merged by unit, so that sums do not depend on ranks.
  void collect_notes() {
    ByteWriter mine;
    for (const auto& [unit, notes] : unit_notes_) mine.integer(unit).text(notes.serialize());
    std::map<long, FrameNotes> all;
    for (const std::string& bytes : everyone(mine.take())) {
      ByteReader theirs(bytes);
      while (!theirs.at_end()) {
        const long unit = theirs.integer();
        all[unit] = FrameNotes::deserialize(theirs.text());
      }
    }
    notes_ = {};
    for (const auto& [unit, notes] : all) notes_.merge(notes);
  }

  std::vector<std::string> everyone(const std::string& bytes) const {
    std::vector<std::string> all = world_.gather(bytes);
    all.resize(static_cast<std::size_t>(world_.size()));
    for (std::string& part : all) world_.broadcast(part);
    return all;
  }

  void solve(const std::vector<TriangularFactor>& groups) {
    LeastSquaresOptions options = solver_options(step_.solver, basis_);
    options.constraints = constraint_rows(step_.solver.constraints, basis_);
    report_.solution = make_least_squares(options)->solve(groups, world_);
  }

  void keep_solution(long units) const {
    world_.agree([&] {
      if (world_.is_root()) kept_.keep(SolvedStep{report_.solution, notes_, report_.row_seconds, report_.solve_seconds}, units);
    });
  }

  /// The root's coefficients and notes on all ranks.
  void share_solution() {
    report_.solution.coefficients.resize(static_cast<std::size_t>(basis_.columns()));
    world_.broadcast(report_.solution.coefficients);
    std::string notes = notes_.serialize();
    world_.broadcast(notes);
    notes_ = FrameNotes::deserialize(notes);
    report_.residual = notes_.residual;
  }

  /// What any rank found damaged, to the observer of each.
  void pass_on_complaints() const {
    if (!checkpoint_) return;
    for (const std::string& lines : everyone(fmt::format("{}", fmt::join(checkpoint_->take_complaints(), "\n"))))
      if (!lines.empty() && observer_.warn) observer_.warn(lines);
  }

  const StepSpec& step_;
  const Dataset& data_;
  const Communicator& world_;
  const FitObserver& observer_;
  Checkpoint* checkpoint_;
  StepCheckpoint kept_;
  BasisSet basis_;
  std::unique_ptr<MomentRows> moment_rows_;
  std::unique_ptr<ChimesPotential> frozen_;
  std::map<std::string, std::string> parent_checksums_;
  std::map<long, FrameNotes> unit_notes_;  ///< of this rank's units
  FrameNotes notes_;                       ///< of all units
  ProgressCallback progress_;
  long frames_done_ = 0;  ///< by this rank
  StepReport report_;
};

}  // namespace

Split split_frames(const Recipe& recipe, const Dataset& data) {
  const SplitSpec& spec = recipe.split;
  const std::vector<std::string> labels = data.frame_labels();
  switch (spec.kind) {
    case SplitSpec::Kind::none:
      return split_by_frames(data.size(), {});
    case SplitSpec::Kind::fraction:
      return split_by_fraction(labels, spec.fraction, spec.seed, spec.stratified);
    case SplitSpec::Kind::labels:
      return split_by_label(labels, spec.labels);
    case SplitSpec::Kind::frames:
      return split_by_frames(data.size(), spec.frames);
  }
  return {};
}

Block read_frozen_block(const std::string& path, const std::string& name) {
  if (std::filesystem::is_directory(path)) {
    Block block = read_block(path);
    if (block.name() != name) throw InputError(path + ": holds block " + block.name() + ", not " + name);
    return block;
  }
  std::vector<std::string> held;
  for (Block& block : to_blocks(read_chimes_params(path))) {
    if (block.name() == name) return std::move(block);
    held.push_back(block.name());
  }
  throw InputError(fmt::format("{}: holds no block {}; it holds {}", path, name, fmt::join(held, ", ")));
}

FitResult run_fit(const Recipe& recipe, const Dataset& data, const std::vector<long>& train, const Communicator& world,
                  const FitObserver& observer, Checkpoint* checkpoint) {
  const Recipe by_own_paths = with_own_paths(recipe);
  FitResult result;
  std::vector<Block> blocks;
  std::set<std::string> known(recipe.absent_blocks.begin(), recipe.absent_blocks.end());
  for (const StepSpec& step : recipe.steps) {
    known.insert(step.blocks.begin(), step.blocks.end());
    if (!step.frozen.empty()) {
      blocks.push_back(read_frozen_block(step.frozen, step.blocks.front()));
      observer.note(fmt::format("block {}: frozen, from {}", step.blocks.front(), step.frozen));
      StepReport& report = result.steps.emplace_back();
      report.blocks = step.blocks;
      report.frozen = true;
      continue;
    }
    StepCheckpoint kept(checkpoint, static_cast<long>(result.steps.size()) + 1, step.blocks, keep_open_units_every);
    StepFit fit(step, data, blocks, world, observer, checkpoint, std::move(kept));
    result.steps.push_back(fit.run(train, known));
    for (Block& block : fit.blocks(by_own_paths)) blocks.push_back(std::move(block));
  }
  result.model =
      compose(std::move(blocks), {recipe.penalty.scale > 0 ? std::optional(recipe.penalty) : std::nullopt, recipe.absent_blocks});
  return result;
}

}  // namespace carillon
