#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "carillon/fit/checkpoint.hpp"
#include "carillon/solve/factor_shelf.hpp"

namespace carillon {

/// What waits of a step's factors stays in memory up to this, on every rank.
inline constexpr std::size_t waiting_bytes_in_memory = 32'000'000;

/// Factors that wait in memory up to a limit, beyond it as scratch pieces of a checkpoint: so a step's memory does not grow with
/// the number of its units (docs/decisions/factor_shelf.md).
///
/// The disk holds at most one factor per level of the merge tree and one per group, written and read once each; a unit that is not
/// merged yet is not written again, when the checkpoint has it.
class DiskShelf : public FactorShelf {
public:
  /// @param store  null: all stays in memory
  /// @param name   of the step, for the files' names
  /// @param kept_unit  a finished unit's factor from the checkpoint, nothing where it cannot be read; empty: units are not kept one by one
  DiskShelf(Checkpoint* store, std::string name, std::size_t bytes_in_memory = waiting_bytes_in_memory,
            std::function<std::optional<TriangularFactor>(long unit)> kept_unit = {});
  ~DiskShelf() override { DiskShelf::clear(); }
  DiskShelf(const DiskShelf&) = delete;
  DiskShelf& operator=(const DiskShelf&) = delete;

  /// @throws FileError  the disk does not take it
  void put(long number, TriangularFactor factor) override;
  void put_unit(long number, long unit, TriangularFactor factor) override;
  /// @throws FileError  the file is gone or damaged
  TriangularFactor take(long number) override;
  void clear() override;

private:
  std::string piece_name(long number) const;
  bool keep_in_memory(long number, TriangularFactor& factor);
  TriangularFactor read(long number);

  Checkpoint* store_;
  std::string name_;
  std::size_t limit_;
  std::size_t in_memory_ = 0;  ///< bytes
  std::map<long, TriangularFactor> factors_;
  std::set<long> on_disk_;
  std::function<std::optional<TriangularFactor>(long unit)> kept_unit_;
  std::map<long, long> units_;  ///< by number: the unit that the checkpoint has
};

}  // namespace carillon
