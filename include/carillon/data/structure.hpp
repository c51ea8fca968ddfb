#pragma once

#include <Eigen/Core>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "carillon/core/element.hpp"
#include "carillon/core/error.hpp"
#include "carillon/data/cell.hpp"

namespace carillon {

/// One configuration of atoms and what was computed for it: a frame. Internal units (core/units.hpp): Å, eV, eV/Å,
/// eV/Å³, tension-positive stress.
struct Structure {
  Cell cell;
  std::vector<Element> species;            ///< [atoms]
  std::vector<Eigen::Vector3d> positions;  ///< [atoms], as given, not wrapped

  std::optional<double> energy;                        ///< total, eV
  std::optional<std::vector<Eigen::Vector3d>> forces;  ///< [atoms], eV/Å
  std::optional<Eigen::Matrix3d> stress;               ///< symmetric, (1/V) dE/d(strain), eV/Å³
  /// Stress components that were given: a source may hold only the diagonal.
  bool stress_is_diagonal = false;

  std::string label;                  ///< state point or group; empty when there is none
  std::optional<double> temperature;  ///< K
  Location origin;                    ///< file, line and frame it was read from

  std::size_t size() const { return species.size(); }
  /// g/cm³, from the cell and standard atomic weights; 0 without a volume.
  double density() const;
  std::vector<Element> elements() const { return unique_elements(species); }
};

/// Index pairs of the six independent stress components in Voigt order: xx yy zz yz xz xy.
inline constexpr int voigt_row[6] = {0, 1, 2, 1, 0, 0};
inline constexpr int voigt_column[6] = {0, 1, 2, 2, 2, 1};

}  // namespace carillon
