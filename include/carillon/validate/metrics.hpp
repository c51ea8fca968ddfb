#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/data/structure.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// How predictions of one quantity differ from their references; error = predicted - reference. All zero when count is 0.
struct ErrorStatistics {
  long count = 0;
  double rmse = 0;
  double mae = 0;
  double max_error = 0;   ///< largest |error|
  double mean_error = 0;  ///< with its sign; rmse² = mean_error² + (rmse after removing the mean offset)²
  /// Root mean square of the references, what the rmse is to be compared with; of energies, about their mean in the row.
  double reference_rms = 0;
};

/// One line of a table of errors: a label (state point, composition), or everything.
struct MetricsRow {
  std::string label;  ///< as in the structures; may be empty
  long frames = 0;
  long atoms = 0;
  ErrorStatistics energy;  ///< one a frame, eV/atom
  ErrorStatistics force;   ///< components, eV/Å
  ErrorStatistics stress;  ///< components, eV/Å³: six Voigt ones, once each; three where only the diagonal was given
};

struct MetricsTable {
  std::vector<MetricsRow> labels;  ///< in the order in which the labels first appear in the data
  MetricsRow all;                  ///< label `all`
};

/// Gathers errors of predictions frame by frame.
///
/// Sums are kept per frame and added up in frame order at the end, so the table is bitwise the same whatever order they
/// come in. Memory: about 300 bytes a frame.
class Metrics {
public:
  /// Compares what the reference has: energy, forces and stress are each optional.
  ///
  /// @param frame  number of the frame in the whole data set: the same for any number of processes
  /// @throws InputError   naming origin and atom: a predicted or reference value is not finite
  /// @throws ShapeError   forces of another number of atoms
  /// @throws DomainError  the frame was added before
  /// Cost O(atoms).
  void add(long frame, const Structure& reference, const Prediction& prediction);

  MetricsTable table() const;

private:
  struct Sums {
    long count = 0;
    double squared = 0;
    double absolute = 0;
    double largest = 0;
    double error = 0;
    double reference = 0;
    double squared_reference = 0;

    void add(double reference_value, double predicted);
    void add(const Sums& other);
    ErrorStatistics statistics() const;
  };
  struct FrameErrors {
    std::string label;
    long atoms = 0;
    Sums energy, force, stress;
  };

  void insert(long frame, FrameErrors record);
  static MetricsRow row(const std::string& label, const std::vector<const FrameErrors*>& records);

  std::map<long, FrameErrors> frames_;
};

}  // namespace carillon
