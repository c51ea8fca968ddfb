#pragma once

#include <string>
#include <string_view>

#include "carillon/core/atomic_file.hpp"
#include "carillon/data/structure.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// Lines of parity.csv for one frame: `kind,label,reference,predicted` for everything the reference has. Kinds and units:
/// energy eV/atom, force eV/Å (every component), stress GPa (as in Metrics, tension positive).
/// @throws ShapeError  forces of another number of atoms
std::string parity_lines(const Structure& reference, const Prediction& prediction);

/// Writes parity.csv, the points of parity plots (scripts/plot_parity.py), frame by frame: nothing is kept in memory. The
/// file appears on commit().
class ParityWriter {
public:
  /// @throws FileError
  explicit ParityWriter(const std::string& path);

  void add(const Structure& reference, const Prediction& prediction) { append(parity_lines(reference, prediction)); }
  /// Lines made elsewhere, on another rank.
  void append(std::string_view lines) { file_.write(lines); }
  void commit() { file_.commit(); }

private:
  AtomicFile file_;
};

}  // namespace carillon
