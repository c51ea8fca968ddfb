#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace carillon {

/// A radial distribution function on a grid: centres of its bins in Å, and g there.
struct RadialCurve {
  std::vector<double> distance;
  std::vector<double> value;
};

/// One trajectory of scripts/run_md.py.
struct DynamicsRun {
  std::string name;                           ///< of its folder: `nvt_1`
  std::string failure;                        ///< empty for a stable one; then the rest counts
  double lasted = 0;                          ///< ps
  double asked = 0;                           ///< ps
  double temperature = 0;                     ///< K
  std::optional<double> virial_pressure;      ///< GPa, without the kinetic part; results of earlier versions lack it
  std::optional<double> potential_energy;     ///< eV/atom; results of earlier versions lack it
  std::map<std::string, RadialCurve> radial;  ///< by pair: `C-N`
};

/// The runs of one state, by the names of their folders.
struct DynamicsRuns {
  std::vector<DynamicsRun> finished;
  std::vector<std::string> unfinished;  ///< folders without a result.json: the run goes on, or was stopped
};

/// The runs `<run>_<seed>` of one state in a folder of scripts/run_md.py; seeds are numbers. Empty when there is none.
/// @throws InputError  a result.json that is not one of run_md.py
DynamicsRuns read_dynamics(const std::string& folder, const std::string& state, const std::string& run);

/// How different two distributions are, in [0, 1]: Σ|a - b| / Σ(a + b), after bins are joined by fours, since the
/// reference has few frames. Both must have the same grid; the longer one is cut. Nothing where neither has any pair in the bins
/// they share.
std::optional<double> radial_difference(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace carillon
