#include "carillon/fit/step_fit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "carillon/block/block_file.hpp"
#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hash.hpp"
#include "carillon/core/version.hpp"
#include "carillon/fit/evidence_folds.hpp"
#include "carillon/fit/frame_choice.hpp"
#include "carillon/fit/step_blocks.hpp"
#include "carillon/solve/row_stream.hpp"

namespace carillon {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

StepFit::StepFit(const StepContext& context, const std::vector<Block>& earlier, StepCheckpoint kept)
    : context_(context),
      step_(context.step),
      world_(context.world),
      kept_(std::move(kept)),
      earlier_(earlier),
      own_(blocks_basis(step_.basis, step_.blocks)) {}

std::string StepFit::name() const { return fmt::format("{}", fmt::join(step_.blocks, " + ")); }

StepReport StepFit::run(const std::vector<long>& train, const std::set<std::string>& known) {
  choose_frames(train, known);
  set_up_columns();
  check_older_evidence();
  tell_plan();
  if (!take_kept_solution()) {
    tell_kept_units();
    auto start = Clock::now();
    std::vector<TriangularFactor> groups = factorise(StepRows(plan_, own_, context_.data, earlier_));
    report_.row_seconds = seconds_since(start);
    collect_notes();
    start = Clock::now();
    solve(std::move(groups));
    report_.solve_seconds = seconds_since(start);
    keep_solution();
  }
  share_solution();
  make_blocks();
  finish_evidence();
  warn_of_close_pairs();
  pass_on_complaints();
  return report_;
}

void StepFit::choose_frames(const std::vector<long>& train, const std::set<std::string>& known) {
  report_.blocks = step_.blocks;
  report_.weights = step_.weights;
  report_.frames = frames_for_step(step_, context_.data, train, known);
  for (const long frame : report_.frames) report_.rows.add(rows_of_frame(context_.data.summary(frame), step_.weights));
  if (report_.rows.total() == 0)
    throw InputError(fmt::format("block {}: no training frame holds its elements and has labels with a weight", name()));
}

/// Blocks and parents in the columns' order, what is drawn to what, and how rows become factors.
void StepFit::set_up_columns() {
  const std::vector<double> zeros(static_cast<std::size_t>(own_.columns()), 0.0);
  settings_ = {step_.weights, step_.solver, {}, step_.parents, step_.prior.dial};
  if (step_.has_parent_columns()) {
    evidence_.blocks = split_into_blocks(own_, zeros, {});
    evidence_.parents = parents_in_frames(earlier_, context_.data, report_.frames);
    own_ = joined_basis(evidence_.blocks);
  }
  prior_ = prior_of_step(step_, own_);
  for (const std::string& note : prior_.notes) context_.observer.note(note);
  if (step_.has_parent_columns()) {
    evidence_.level = step_.evidence == EvidenceLevel::groups ? EvidenceLevel::groups : EvidenceLevel::total;
    evidence_.form = row_form(step_.weights);
    evidence_.settings = step_settings_yaml(settings_);
    evidence_.prior_mean = prior_.mean;
    check_parent_spec(step_.parents, evidence_.parents);
    columns_ = step_columns(evidence_.blocks, evidence_.parents, step_.parents, {prior_.mean, step_.prior.dial});
  } else {
    const std::vector<Block> none;
    Block own{{}, own_, zeros, {}};
    columns_ = step_columns({own}, none, {}, {prior_.mean, step_.prior.dial});
  }
  plan_ = plan_rows(step_, context_.data, report_.frames, columns_.basis);
  evidence_.folds = plan_.folds();
  report_.columns = static_cast<long>(columns_.unknown.size());
  report_.basis = columns_.unknown_basis;
}

/// Before the work rather than after it.
void StepFit::check_older_evidence() {
  world_.agree([&] {
    if (!context_.older) return;
    if (evidence_.level == EvidenceLevel::total && evidence_.folds > 1)
      throw InputError(
          fmt::format("block {}: the evidence to extend is of level total, which has no folds to leave out: give the "
                      "strength, or choose it by gcv",
                      name()));
    require_folds(std::max(evidence_.folds, context_.older->folds), name(), step_.solver);
    for (Block& block : evidence_.blocks) block.provenance = provenance();
    check_can_absorb(evidence_, *context_.older);
  });
}

void StepFit::tell_plan() const {
  std::string line =
      fmt::format("block {}: {} frames, {} rows ({} force, {} stress, {} energy), {} columns", name(), report_.frames.size(),
                  report_.rows.total(), report_.rows.force, report_.rows.stress, report_.rows.energy, own_.columns());
  if (plan_.with_parents) line += fmt::format(" and {} of its parents", plan_.basis.columns() - own_.columns());
  context_.observer.note(line);
}

/// An earlier run's solution, on the root.
/// @return whether there was one, on all ranks
bool StepFit::take_kept_solution() {
  std::string found;
  world_.agree([&] {
    std::optional<SolvedStep> solved;
    if (world_.is_root()) solved = kept_.solution();
    if (!solved || !take_kept_evidence()) return;
    found = "yes";
    report_.solution = std::move(solved->solution);
    report_.row_seconds = solved->row_seconds;
    report_.solve_seconds = solved->solve_seconds;
    notes_ = std::move(solved->notes);
  });
  world_.broadcast(found);
  if (!found.empty()) context_.observer.note(fmt::format("resuming: solution of block {} found", name()));
  return !found.empty();
}

/// A solution whose evidence was damaged is made again, with its evidence.
bool StepFit::take_kept_evidence() {
  if (step_.evidence == EvidenceLevel::none) return true;
  std::optional<EvidenceGroups> groups = kept_.evidence();
  if (!groups) return false;
  evidence_.groups = std::move(*groups);
  // An older fit that this one extends may have had more folds.
  for (const auto& [key, factor] : evidence_.groups) evidence_.folds = std::max(evidence_.folds, key.fold + 1);
  if (evidence_.level == EvidenceLevel::total) evidence_.folds = 1;
  return true;
}

void StepFit::tell_kept_units() const {
  const auto units = static_cast<long>(plan_.units.size());
  const long found = kept_.count_finished(units);
  if (found > 0) context_.observer.note(fmt::format("resuming: {} of {} units of block {} found", found, units, name()));
}

/// Makes or finds the factors of this rank's units and merges those of all ranks: one factor a group, on the root.
std::vector<TriangularFactor> StepFit::factorise(StepRows rows) {
  progress_ = context_.observer.progress("design rows " + name());
  const long share = plan_.factors_per_unit();
  UnitPlan pieces{plan_.basis.columns() + 1, {}, plan_.group_of};
  for (const int owner : UnitPlan::contiguous_owners(plan_.unit_costs(context_.data), world_.size()))
    pieces.owner.insert(pieces.owner.end(), static_cast<std::size_t>(share), owner);
  // The factors of a unit are asked for one after the other; all are made with the first.
  std::vector<TriangularFactor> waiting;
  const auto make = [&](long number) {
    const long unit = number / share;
    if (number % share == 0) {
      std::optional<FinishedUnit> done = kept_.finished_unit(unit);
      if (done && static_cast<long>(done->factors.size()) == share)
        tell_progress(plan_.units[static_cast<std::size_t>(unit)].frames_counted());
      else
        done = rows.make_unit(unit, kept_, [&](std::size_t frames) { tell_progress(frames); });
      unit_notes_[unit] = std::move(done->notes);
      waiting = std::move(done->factors);
    }
    return std::move(waiting[static_cast<std::size_t>(number % share)]);
  };
  DiskShelf shelf = kept_.shelf(share);
  if (choose_factorisation(step_.solver.factorisation, plan_.basis.columns(), world_.size()) == Factorisation::tree)
    return combine_units(world_, pieces, make, shelf);
  context_.observer.note("factors of the ranks are combined block-cyclically: last bits depend on the number of ranks");
  return combine_units_block_cyclic(world_, pieces, make);
}

/// This rank's part stands for all of them.
void StepFit::tell_progress(std::size_t frames) {
  frames_done_ += static_cast<long>(frames);
  const long done = frames_done_ * world_.size();
  progress_(done, std::max(done, static_cast<long>(report_.frames.size())));
}

/// Everything the ranks noted beside the rows, on all of them; merged by unit, so that sums do not depend on ranks.
void StepFit::collect_notes() {
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

std::vector<std::string> StepFit::everyone(const std::string& bytes) const {
  std::vector<std::string> all = world_.gather(bytes);
  all.resize(static_cast<std::size_t>(world_.size()));
  for (std::string& part : all) world_.broadcast(part);
  return all;
}

void StepFit::solve(std::vector<TriangularFactor> groups) {
  if (!plan_.with_parents) return solve_target(groups);
  world_.agree([&] {
    if (world_.is_root()) take_evidence(std::move(groups));
  });
  report_.solution = solve_evidence({evidence_, settings_, context_.evidence}, world_).result;
  world_.agree([&] {
    if (!world_.is_root() || step_.evidence != EvidenceLevel::total) return;
    collapse_groups(evidence_);
  });
}

/// The parents have been subtracted: all columns are unknowns.
void StepFit::solve_target(const std::vector<TriangularFactor>& folds) {
  report_.solution = make_least_squares(step_solver_options(step_.solver, columns_))->solve(folds, world_);
}

/// On the root: the rows of this fit, and those of an older one that it extends.
void StepFit::take_evidence(std::vector<TriangularFactor> groups) {
  for (std::size_t k = 0; k < groups.size(); ++k)
    if (groups[k].row_count() > 0) evidence_.groups.emplace(plan_.keys[k], std::move(groups[k]));
  if (context_.older) absorb_evidence(evidence_, *context_.older);
}

void StepFit::keep_solution() {
  world_.agree([&] {
    if (!world_.is_root()) return;
    if (step_.evidence != EvidenceLevel::none) kept_.keep(evidence_.groups);
    kept_.keep(SolvedStep{report_.solution, notes_, report_.row_seconds, report_.solve_seconds},
               static_cast<long>(plan_.units.size()));
  });
}

/// The root's coefficients and notes on all ranks.
void StepFit::share_solution() {
  report_.solution.coefficients.resize(columns_.unknown.size());
  world_.broadcast(report_.solution.coefficients);
  std::string notes = notes_.serialize();
  world_.broadcast(notes);
  notes_ = FrameNotes::deserialize(notes);
  report_.residual = notes_.residual;
}

Provenance StepFit::provenance() const {
  Provenance provenance;
  provenance.source = "fit";
  provenance.carillon_version = version() + " (" + git_hash() + ")";
  provenance.recipe_sha256 = sha256(recipe_yaml(context_.recipe));
  const Dataset& data = context_.data;
  const std::vector<DataSource>& sources = context_.recipe.data;
  for (std::size_t source = 0; source < sources.size(); ++source)
    provenance.data_sha256[sources[source].path] = data.source_hash(static_cast<int>(source));
  for (const long frame : report_.frames) ++provenance.frames[data.summary(frame).label];
  for (const Block& parent : parents_in_frames(earlier_, data, report_.frames))
    provenance.parents[parent.name()] = block_checksum(parent);
  provenance.distances = notes_.coverage;
  provenance.solver = solver_text(step_.solver.options.method, report_.solution.summary);
  provenance.notes.insert(provenance.notes.end(), prior_.notes.begin(), prior_.notes.end());
  return provenance;
}

void StepFit::make_blocks() {
  const std::vector<double> all = columns_.all(report_.solution.coefficients);
  if (plan_.with_parents)
    moved_ = carillon::moved_parents(evidence_.parents, std::span(all).subspan(static_cast<std::size_t>(own_.columns())),
                                     step_.parents, name());
  for (const Block& parent : moved_) report_.moved_parents.push_back(parent.name());
  Provenance made = provenance();
  note_moved_parents(made, moved_, step_.parents);
  if (world_.is_root() && context_.older) absorb_provenance(made, context_.older->blocks.front().provenance);
  const std::vector<double> own(all.begin(), all.begin() + own_.columns());
  blocks_ = split_into_blocks(own_, own, made);
}

void StepFit::finish_evidence() {
  if (step_.evidence == EvidenceLevel::none) return;
  world_.agree([&] { evidence_.blocks = blocks_; });
  if (step_.price && !evidence_.parents.empty())
    report_.price = price_of_hierarchy({evidence_, settings_, context_.evidence}, world_);
  if (evidence_.level == EvidenceLevel::total) evidence_.folds = 1;
  if (world_.is_root()) report_.evidence = std::make_shared<const Evidence>(std::move(evidence_));
}

void StepFit::warn_of_close_pairs() const {
  if (!context_.observer.warn) return;
  for (const std::string& line : distances_below_inner(own_, notes_.coverage))
    context_.observer.warn(fmt::format("block {}: {}", name(), line));
}

/// What any rank found damaged, to the observer of each.
void StepFit::pass_on_complaints() const {
  if (!context_.checkpoint) return;
  for (const std::string& lines : everyone(fmt::format("{}", fmt::join(context_.checkpoint->take_complaints(), "\n"))))
    if (!lines.empty() && context_.observer.warn) context_.observer.warn(lines);
}

}  // namespace carillon
