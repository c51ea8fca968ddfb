#pragma once

#include <span>

#include "carillon/basis/basis_set.hpp"
#include "carillon/core/large_vector.hpp"
#include "carillon/data/structure.hpp"

namespace carillon {

struct RowOptions {
  /// Leaves two-body pairs closer than their inner cutoff out, as the field's fitter does; for comparison with it only.
  bool skip_pairs_below_inner = false;
};

/// The design rows of one structure: what one unit of each coefficient adds to its forces, stress and energy. Unweighted.
///
/// Rows: 3N forces (x y z of each atom in file order, 1/Å per unit coefficient in energy), 6 stress components in Voigt order
/// xx yy zz yz xz xy (1/Å³; zero without a volume), 1 energy. Row-major.
class StructureRows {
public:
  StructureRows(std::size_t atoms, std::size_t columns);

  std::size_t atoms() const { return atoms_; }
  std::size_t columns() const { return columns_; }
  std::size_t rows() const { return 3 * atoms_ + 7; }
  std::span<double> force(std::size_t atom, int axis) { return row(3 * atom + static_cast<std::size_t>(axis)); }
  std::span<double> stress(int voigt) { return row(3 * atoms_ + static_cast<std::size_t>(voigt)); }
  std::span<double> energy() { return row(3 * atoms_ + 6); }
  std::span<double> row(std::size_t number) { return {&values_[number * columns_], columns_}; }
  std::span<const double> row(std::size_t number) const { return {&values_[number * columns_], columns_}; }
  const LargeVector& values() const { return values_; }

private:
  std::size_t atoms_;
  std::size_t columns_;
  LargeVector values_;
};

/// Design rows with the reference kernel (design/cluster_kernel.hpp), one thread. docs/theory.md, section 2.
///
/// Cost about 0.05 ms for each four-body cluster of order 4; memory (3N + 7) x columns doubles.
/// @throws InputError  as NeighborList does for the structure
StructureRows reference_rows(const BasisSet& basis, const Structure& structure, const RowOptions& options = {});

}  // namespace carillon
