#include "carillon/basis/basis_set.hpp"

#include <algorithm>

#include "carillon/core/error.hpp"

namespace carillon {

BasisSet::BasisSet(std::vector<ClusterType> types) : types_(std::move(types)) {
  for (std::size_t t = 0; t < types_.size(); ++t) {
    for (std::size_t s = 0; s < t; ++s)
      if (types_[s].elements() == types_[t].elements()) throw DomainError("cluster type " + types_[t].name() + " is given twice");
    first_columns_.push_back(columns_);
    columns_ += types_[t].columns();
  }
}

double BasisSet::cutoff() const {
  double largest = 0;
  for (const ClusterType& type : types_) largest = std::max(largest, type.cutoff());
  return largest;
}

double BasisSet::cutoff(int atoms) const {
  double largest = 0;
  for (const ClusterType& type : types_)
    if (type.atoms() == atoms) largest = std::max(largest, type.cutoff());
  return largest;
}

int BasisSet::max_atoms_in_type() const {
  int most = 0;
  for (const ClusterType& type : types_) most = std::max(most, type.atoms());
  return most;
}

std::optional<std::size_t> BasisSet::find(std::span<const Element> elements) const {
  std::vector<Element> sorted(elements.begin(), elements.end());
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t t = 0; t < types_.size(); ++t)
    if (types_[t].elements() == sorted) return t;
  return std::nullopt;
}

std::string BasisSet::column_name(int column) const {
  for (std::size_t t = 0; t < types_.size(); ++t) {
    const int inside = column - first_columns_[t];
    if (inside < 0 || inside >= types_[t].columns()) continue;
    std::string name = types_[t].name();
    if (types_[t].atoms() == 1) return name;
    const auto& terms = types_[t].terms();
    const auto term = std::find_if(terms.begin(), terms.end(), [&](const Term& candidate) { return candidate.orbit == inside; });
    for (int p = 0; p < slot_count(types_[t].atoms()); ++p)
      name += (p == 0 ? " " : "-") + std::to_string(term->powers[static_cast<std::size_t>(p)]);
    return name;
  }
  throw DomainError("column " + std::to_string(column) + " is outside the basis");
}

}  // namespace carillon
