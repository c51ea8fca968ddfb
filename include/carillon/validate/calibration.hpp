#pragma once

#include <map>
#include <string>
#include <vector>

#include "carillon/data/structure.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon {

/// How errors of one quantity compare with the deviations that were predicted for them. For a normal distribution with the right
/// deviations the coverages are 0.5 and 0.9, mean_ratio is sqrt(2/pi) = 0.798 and rms_ratio is 1.
struct CalibrationRow {
  std::string quantity;            ///< `energy`, `force`, `stress`, `all`
  long count = 0;                  ///< numbers compared; those with a predicted deviation of 0 are left out
  double coverage_50 = 0;          ///< share of errors within the central 50 % interval, 0.674 deviations
  double coverage_90 = 0;          ///< within the 90 % interval, 1.645 deviations
  double mean_ratio = 0;           ///< mean |error| / deviation
  double rms_ratio = 0;            ///< root mean square of the same: the factor that would make it 1
  std::vector<double> curve = {};  ///< shares within the central intervals of 5 %, 10 %, ... 95 %, as they should be
};

/// Gathers errors and predicted deviations. Feed it frames that the model was not fitted on: errors of training frames are
/// smaller than those of others.
///
/// Memory 8 bytes for each number compared.
class Calibration {
public:
  /// Compares what the reference has. A number whose predicted deviation is 0 (no block is uncertain of it), and a prediction
  /// without any deviation, are passed over and counted.
  /// @throws ShapeError  forces of another number of atoms
  void add(const Structure& reference, const Prediction& prediction);

  /// The factor for all deviations that makes the errors most likely: root mean square of error / deviation over all numbers,
  /// most of which are force components.
  /// @return  1 when nothing was compared
  double scale() const;

  /// Energy, force, stress (those that were compared), then all, as they would be with deviations times `scale`.
  std::vector<CalibrationRow> rows(double scale = 1.0) const;

  /// Numbers that the reference has and that nothing was predicted of.
  long left_out() const { return left_out_; }

private:
  std::map<std::string, std::vector<double>> ratios_;  ///< |error| / deviation, by quantity
  long left_out_ = 0;
};

/// For people, and for programs.
std::string calibration_markdown(const std::vector<CalibrationRow>& rows);
std::string calibration_json(const std::vector<CalibrationRow>& rows);

}  // namespace carillon
