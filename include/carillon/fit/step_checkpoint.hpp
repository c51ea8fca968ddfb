#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/evidence/evidence.hpp"
#include "carillon/fit/checkpoint.hpp"
#include "carillon/fit/coverage.hpp"
#include "carillon/fit/disk_shelf.hpp"
#include "carillon/fit/residual.hpp"
#include "carillon/solve/least_squares.hpp"
#include "carillon/solve/row_stream.hpp"

namespace carillon {

/// What is noted of frames beside their rows.
struct FrameNotes {
  ResidualTally residual;
  CoverageByPair coverage;

  void merge(const FrameNotes& other);
  std::string serialize() const;
  /// @throws InputError
  static FrameNotes deserialize(std::string_view bytes);
};

/// A unit whose rows are all in its factors: one, or one for each kind of row.
struct FinishedUnit {
  std::vector<TriangularFactor> factors;
  FrameNotes notes;
};

/// A unit in work: the first frames are in.
struct OpenUnit {
  explicit OpenUnit(std::vector<RowStream> rows) : streams(std::move(rows)) {}
  std::vector<RowStream> streams;
  FrameNotes notes;
  long frames_done = 0;
};

/// What evidence holds of rows.
using EvidenceGroups = std::map<EvidenceKey, TriangularFactor>;

/// A step with nothing left to do.
struct SolvedStep {
  LeastSquaresResult solution;
  FrameNotes notes;        ///< of all units
  double row_seconds = 0;  ///< wall time that the runs before took
  double solve_seconds = 0;
};

/// What a checkpoint holds of one step of a fit: its finished units, units in work, and at last its solution, all exact to the
/// bit. Units are named by their number, which does not depend on ranks; so another number of ranks can go on.
///
/// Without a checkpoint it keeps nothing and finds nothing.
class StepCheckpoint {
public:
  /// @param number  place of the step in its recipe
  /// @param interval  how often a unit in work is kept
  StepCheckpoint(Checkpoint* store, long number, const std::vector<std::string>& blocks, std::chrono::duration<double> interval);

  std::optional<FinishedUnit> finished_unit(long unit) const;
  std::optional<OpenUnit> open_unit(long unit) const;
  std::optional<SolvedStep> solution() const;
  /// The groups of evidence, when all of them are there.
  std::optional<EvidenceGroups> evidence() const;
  long count_finished(long units) const;  ///< by name; their contents are checked when they are loaded

  /// Where this rank's factors wait until they are merged.
  /// @param factors_per_unit  a unit of one factor is not written again while it waits
  DiskShelf shelf(long factors_per_unit) const;

  /// All throw FileError when the disk does not take them.
  void keep(long unit, const FinishedUnit& done) const;  ///< replaces the unit in work
  void keep(long unit, const OpenUnit& open);
  void keep_when_due(long unit, const OpenUnit& open);
  /// Before the solution, so that a step with a solution has its evidence. Root only.
  void keep(const EvidenceGroups& groups) const;
  /// Removes the step's `units` units. Root only, when all ranks are done with them.
  void keep(const SolvedStep& solved, long units) const;

private:
  std::string unit_name(long unit) const;
  std::string open_name(long unit) const;
  std::string solution_name() const;
  std::string evidence_name(std::size_t group) const;

  Checkpoint* store_;
  std::string step_;
  std::chrono::duration<double> interval_;
  std::chrono::steady_clock::time_point last_kept_;
};

}  // namespace carillon
