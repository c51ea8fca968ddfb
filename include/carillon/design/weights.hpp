#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "carillon/data/structure.hpp"
#include "carillon/design/structure_rows.hpp"

namespace carillon {

/// Factors of the rows of a fit. A factor multiplies the *row*, so the squared residual is multiplied by its square; a
/// multiplicity counts the row several times, so it multiplies the squared residual itself.
///
/// Only ratios matter: force (eV/Å), energy (eV) and stress (eV/Å³) rows share the energy unit, so factors published for
/// kcal/mol keep their meaning.
struct Weights {
  double force = 1;
  double energy = 1;
  double stress = 1;
  /// Divides the energy row by the number of atoms, so that large cells do not outweigh small ones.
  bool energy_per_atom = false;
  /// Multiplies stress rows by the cell volume: residuals of the virial in eV instead of the stress in eV/Å³.
  bool stress_times_volume = false;
  double energy_multiplicity = 1;  ///< 3 in the field's fitter, which writes the energy row three times
  double shear_multiplicity = 1;   ///< 2 in the field's fitter, which writes xy and yx
  std::map<std::string, double> labels;  ///< extra factor of all rows of a state point, 0: no rows; 1 where not listed

  double label_factor(const std::string& label) const;
  /// Factor of a frame's energy row, and of each Voigt stress component's row.
  double energy_factor(const Structure& structure) const;
  double stress_factor(const Structure& structure, int voigt) const;
  double force_factor(const Structure& structure) const;
};

/// How many rows of each kind a frame gives: those it has labels for and whose weight is not zero.
struct RowCounts {
  long force = 0;
  long stress = 0;
  long energy = 0;
  long total() const { return force + stress + energy; }
  void add(const RowCounts& other) {
    force += other.force;
    stress += other.stress;
    energy += other.energy;
  }
};

}  // namespace carillon
