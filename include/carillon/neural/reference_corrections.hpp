#pragma once

#include <Eigen/Core>

#include "carillon/neural/training_set.hpp"

namespace carillon {

/// Corrections of the elements' reference energies (docs/theory.md, Eq. 13).
struct ReferenceCorrections {
  Eigen::VectorXd corrections;  ///< [elements], eV: to be added to the shifts
  long rank = 0;                ///< below the number of elements: some cannot be told apart, the smallest corrections are taken
};

/// Plain least squares: the smallest w that minimises |N w - (E_ref - E_predicted)|.
ReferenceCorrections refitted_references(const EnergyTable& energies);

/// The same correction for every element: the mean difference per atom.
ReferenceCorrections mean_references(const EnergyTable& energies);

}  // namespace carillon
