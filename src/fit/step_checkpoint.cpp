#include "carillon/fit/step_checkpoint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "carillon/core/byte_record.hpp"
#include "carillon/core/error.hpp"

namespace carillon {
namespace {

// The structured bindings below name every member, so that a member added later cannot be forgotten here: it does not compile.

void write(ByteWriter& to, const Matrix& matrix) { to.integer(matrix.rows()).integer(matrix.columns()).numbers(matrix.values()); }

Matrix read_matrix(ByteReader& from) {
  const long rows = from.integer();
  const long columns = from.integer();
  const std::vector<double> values = from.numbers();
  if (rows < 0 || columns < 0 || (columns > 0 && rows > static_cast<long>(values.size()) / columns) ||
      rows * columns != static_cast<long>(values.size()))
    throw InputError("a matrix does not have the numbers its shape asks for");
  Matrix matrix(rows, columns);
  std::copy(values.begin(), values.end(), matrix.values().begin());
  return matrix;
}

void write(ByteWriter& to, const Summary& summary) {
  const auto& [status, message, rows, columns, zero_columns, rank, condition, regularised, lambda, how, freedom, residual, rms,
               violation, active] = summary;
  to.integer(static_cast<long>(status)).text(message).integer(rows).integer(columns).integer(zero_columns);
  to.integer(rank).number(condition).number(regularised).number(lambda).text(how);
  to.number(freedom).number(residual).number(rms).number(violation).integer(active);
}

Summary read_summary(ByteReader& from) {
  Summary summary;
  summary.status = static_cast<SolveStatus>(from.integer());
  summary.message = from.text();
  summary.rows = from.integer();
  summary.columns = from.integer();
  summary.zero_columns = from.integer();
  summary.rank = from.integer();
  summary.condition = from.number();
  summary.regularised_condition = from.number();
  summary.lambda = from.number();
  summary.lambda_how = from.text();
  summary.degrees_of_freedom = from.number();
  summary.residual_norm = from.number();
  summary.rms = from.number();
  summary.kkt_violation = from.number();
  summary.active_constraints = from.integer();
  return summary;
}

void write(ByteWriter& to, const std::optional<RidgePath>& path) {
  to.integer(path.has_value());
  if (!path) return;
  const auto& [lambda, coefficients, residual_norm, degrees_of_freedom, gcv] = *path;
  to.numbers(lambda);
  write(to, coefficients);
  to.numbers(residual_norm).numbers(degrees_of_freedom).numbers(gcv);
}

std::optional<RidgePath> read_path(ByteReader& from) {
  if (from.integer() == 0) return {};
  RidgePath path;
  path.lambda = from.numbers();
  path.coefficients = read_matrix(from);
  path.residual_norm = from.numbers();
  path.degrees_of_freedom = from.numbers();
  path.gcv = from.numbers();
  return path;
}

void write(ByteWriter& to, const std::optional<CrossValidation>& validation) {
  to.integer(validation.has_value());
  if (!validation) return;
  const auto& [lambda, group_mean_square, mean_square, standard_error, chosen] = *validation;
  to.numbers(lambda);
  write(to, group_mean_square);
  to.numbers(mean_square).numbers(standard_error).integer(static_cast<long>(chosen));
}

std::optional<CrossValidation> read_validation(ByteReader& from) {
  if (from.integer() == 0) return {};
  CrossValidation validation;
  validation.lambda = from.numbers();
  validation.group_mean_square = read_matrix(from);
  validation.mean_square = from.numbers();
  validation.standard_error = from.numbers();
  validation.chosen = static_cast<std::size_t>(from.integer());
  return validation;
}

void write(ByteWriter& to, const std::optional<MarginalLikelihood>& likelihood) {
  to.integer(likelihood.has_value());
  if (!likelihood) return;
  const auto& [lambda, log_likelihood, slope] = *likelihood;
  to.numbers(lambda).numbers(log_likelihood).numbers(slope);
}

std::optional<MarginalLikelihood> read_likelihood(ByteReader& from) {
  if (from.integer() == 0) return {};
  MarginalLikelihood likelihood;
  likelihood.lambda = from.numbers();
  likelihood.log_likelihood = from.numbers();
  likelihood.slope = from.numbers();
  return likelihood;
}

void write(ByteWriter& to, const std::optional<Relevance>& relevance) {
  to.integer(relevance.has_value());
  if (!relevance) return;
  const auto& [lambda, parameters, log_likelihood, noise_variance, iterations, last_change, converged] = *relevance;
  to.numbers(lambda).numbers(parameters).number(log_likelihood).number(noise_variance);
  to.integer(iterations).number(last_change).integer(converged);
}

std::optional<Relevance> read_relevance(ByteReader& from) {
  if (from.integer() == 0) return {};
  Relevance relevance;
  relevance.lambda = from.numbers();
  relevance.parameters = from.numbers();
  relevance.log_likelihood = from.number();
  relevance.noise_variance = from.number();
  relevance.iterations = from.integer();
  relevance.last_change = from.number();
  relevance.converged = from.integer() != 0;
  return relevance;
}

void write(ByteWriter& to, const SolvedStep& step) {
  const auto& [solution, notes, row_seconds, solve_seconds] = step;
  const auto& [coefficients, summary, path, validation, likelihood, relevance, posterior] = solution;
  to.numbers(coefficients);
  write(to, summary);
  write(to, path);
  write(to, validation);
  write(to, likelihood);
  write(to, relevance);
  to.text(posterior ? posterior->serialize() : "");
  to.text(notes.serialize()).number(row_seconds).number(solve_seconds);
}

SolvedStep solved_step(std::string_view bytes) {
  ByteReader from(bytes);
  SolvedStep step;
  step.solution.coefficients = from.numbers();
  step.solution.summary = read_summary(from);
  step.solution.path = read_path(from);
  step.solution.validation = read_validation(from);
  step.solution.likelihood = read_likelihood(from);
  step.solution.relevance = read_relevance(from);
  if (const std::string_view posterior = from.text(); !posterior.empty())
    step.solution.posterior = Posterior::deserialize(posterior);
  step.notes = FrameNotes::deserialize(from.text());
  step.row_seconds = from.number();
  step.solve_seconds = from.number();
  from.end();
  return step;
}

void write(ByteWriter& to, const FinishedUnit& unit) {
  to.integer(static_cast<long>(unit.factors.size()));
  for (const TriangularFactor& factor : unit.factors) factor.write(to);
  to.text(unit.notes.serialize());
}

FinishedUnit finished_from(std::string_view bytes) {
  ByteReader from(bytes);
  FinishedUnit unit;
  const long count = from.integer();
  for (long k = 0; k < count; ++k) unit.factors.push_back(TriangularFactor::read(from));
  unit.notes = FrameNotes::deserialize(from.text());
  from.end();
  return unit;
}

void write(ByteWriter& to, const OpenUnit& unit) {
  to.integer(static_cast<long>(unit.streams.size()));
  for (const RowStream& stream : unit.streams) stream.write(to);
  to.text(unit.notes.serialize()).integer(unit.frames_done);
}

OpenUnit open_from(std::string_view bytes) {
  ByteReader from(bytes);
  OpenUnit unit({});
  const long count = from.integer();
  for (long k = 0; k < count; ++k) unit.streams.push_back(RowStream::read(from));
  unit.notes = FrameNotes::deserialize(from.text());
  unit.frames_done = from.integer();
  from.end();
  return unit;
}

void write(ByteWriter& to, const EvidenceKey& key, const TriangularFactor& factor) {
  to.text(key.label).integer(static_cast<long>(key.kind)).integer(key.fold);
  factor.write(to);
}

std::pair<EvidenceKey, TriangularFactor> group_from(std::string_view bytes) {
  ByteReader from(bytes);
  EvidenceKey key;
  key.label = from.text();
  key.kind = static_cast<RowKind>(from.integer());
  key.fold = static_cast<int>(from.integer());
  std::pair<EvidenceKey, TriangularFactor> group{std::move(key), TriangularFactor::read(from)};
  from.end();
  return group;
}

long count_from(std::string_view bytes) {
  ByteReader from(bytes);
  const long count = from.integer();
  from.end();
  return count;
}

/// A piece as `read` understands it. What it does not understand is reported and given up, like any other damage.
template <class Read>
auto load_piece(Checkpoint* store, const std::string& name, Read read) -> std::optional<decltype(read(std::string_view()))> {
  if (!store) return {};
  return store->load(name, read);
}

}  // namespace

void FrameNotes::merge(const FrameNotes& other) {
  residual.merge(other.residual);
  merge_coverage(other.coverage, coverage);
}

std::string FrameNotes::serialize() const {
  return ByteWriter().text(residual.serialize()).text(serialize_coverage(coverage)).take();
}

FrameNotes FrameNotes::deserialize(std::string_view bytes) {
  ByteReader from(bytes);
  const std::string residual(from.text());
  const std::string coverage(from.text());
  from.end();
  try {
    return {ResidualTally::deserialize(residual), deserialize_coverage(coverage)};
  } catch (const nlohmann::json::exception& problem) {
    throw InputError(std::string("notes of frames: ") + problem.what());
  }
}

StepCheckpoint::StepCheckpoint(Checkpoint* store, long number, const std::vector<std::string>& blocks,
                               std::chrono::duration<double> interval)
    : store_(store),
      step_(fmt::format("step_{}_{}", number, fmt::join(blocks, "+"))),
      interval_(interval),
      last_kept_(std::chrono::steady_clock::now()) {}

std::string StepCheckpoint::unit_name(long unit) const { return fmt::format("{}_unit_{}", step_, unit); }
std::string StepCheckpoint::open_name(long unit) const { return unit_name(unit) + "_open"; }
std::string StepCheckpoint::solution_name() const { return step_ + "_solution"; }

std::optional<FinishedUnit> StepCheckpoint::finished_unit(long unit) const {
  return load_piece(store_, unit_name(unit), finished_from);
}
std::optional<OpenUnit> StepCheckpoint::open_unit(long unit) const { return load_piece(store_, open_name(unit), open_from); }
std::optional<SolvedStep> StepCheckpoint::solution() const { return load_piece(store_, solution_name(), solved_step); }

DiskShelf StepCheckpoint::shelf(long factors_per_unit) const {
  if (!store_ || factors_per_unit != 1) return {store_, step_};
  return {store_, step_, waiting_bytes_in_memory, [this](long number) -> std::optional<TriangularFactor> {
            std::optional<FinishedUnit> unit = finished_unit(number);
            if (!unit || unit->factors.size() != 1) return {};
            return std::move(unit->factors.front());
          }};
}

std::string StepCheckpoint::evidence_name(std::size_t group) const { return fmt::format("{}_evidence_{}", step_, group); }

/// One piece a group, so that no more than one is in memory as bytes; how many there are comes last and says that all are there.
void StepCheckpoint::keep(const EvidenceGroups& groups) const {
  if (!store_) return;
  std::size_t number = 0;
  for (const auto& group : groups)
    store_->save(evidence_name(number++), [&](ByteWriter& to) { write(to, group.first, group.second); });
  store_->save(step_ + "_evidence", [&](ByteWriter& to) { to.integer(static_cast<long>(groups.size())); });
}

std::optional<EvidenceGroups> StepCheckpoint::evidence() const {
  const std::optional<long> count = load_piece(store_, step_ + "_evidence", count_from);
  if (!count) return {};
  EvidenceGroups groups;
  for (long number = 0; number < *count; ++number) {
    auto group = load_piece(store_, evidence_name(static_cast<std::size_t>(number)), group_from);
    if (!group) return {};
    groups.insert(std::move(*group));
  }
  return groups;
}

long StepCheckpoint::count_finished(long units) const {
  long count = 0;
  for (long unit = 0; unit < units && store_; ++unit) count += store_->has(unit_name(unit));
  return count;
}

void StepCheckpoint::keep(long unit, const FinishedUnit& done) const {
  if (!store_) return;
  store_->save(unit_name(unit), [&](ByteWriter& to) { write(to, done); });
  store_->remove(open_name(unit));
}

void StepCheckpoint::keep(long unit, const OpenUnit& open) {
  if (store_) store_->save(open_name(unit), [&](ByteWriter& to) { write(to, open); });
  last_kept_ = std::chrono::steady_clock::now();
}

void StepCheckpoint::keep_when_due(long unit, const OpenUnit& open) {
  if (store_ && std::chrono::steady_clock::now() - last_kept_ >= interval_) keep(unit, open);
}

void StepCheckpoint::keep(const SolvedStep& solved, long units) const {
  if (!store_) return;
  store_->save(solution_name(), [&](ByteWriter& to) { write(to, solved); });
  for (long unit = 0; unit < units; ++unit) {
    store_->remove(unit_name(unit));
    store_->remove(open_name(unit));
  }
}

}  // namespace carillon
