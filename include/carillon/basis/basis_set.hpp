#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "carillon/basis/cluster_type.hpp"

namespace carillon {

/// The unknowns of a fit: cluster types in order, each with its range of columns.
class BasisSet {
public:
  BasisSet() = default;
  /// @throws DomainError  a cluster type twice
  explicit BasisSet(std::vector<ClusterType> types);

  const std::vector<ClusterType>& types() const { return types_; }
  int first_column(std::size_t type) const { return first_columns_[type]; }
  int columns() const { return columns_; }
  double cutoff() const;  ///< largest of its types, Å
  int max_atoms_in_type() const;
  double cutoff(int atoms) const;  ///< largest of its types with that many atoms, Å; 0 when there is none

  /// The type that atoms of these elements form, in any order.
  std::optional<std::size_t> find(std::span<const Element> elements) const;

  /// Description of one column for tables and errors: `CCN 0-1-3`.
  std::string column_name(int column) const;

private:
  std::vector<ClusterType> types_;
  std::vector<int> first_columns_;
  int columns_ = 0;
};

}  // namespace carillon
