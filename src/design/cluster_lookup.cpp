#include "carillon/design/cluster_lookup.hpp"

#include <algorithm>
#include <numeric>

namespace carillon {

ClusterLookup::ClusterLookup(const BasisSet& basis, const Structure& structure) {
  const std::vector<Element> elements = structure.elements();
  element_count_ = elements.size();
  for (const Element element : structure.species)
    element_code_.push_back(static_cast<std::size_t>(std::lower_bound(elements.begin(), elements.end(), element) - elements.begin()));
  for (int atoms = 2; atoms <= max_atoms; ++atoms) fill(basis, elements, atoms);
}

void ClusterLookup::fill(const BasisSet& basis, const std::vector<Element>& elements, int atoms) {
  const auto n = static_cast<std::size_t>(atoms);
  std::size_t tuples = 1;
  for (std::size_t a = 0; a < n; ++a) tuples *= element_count_;
  matches_[n].resize(tuples);
  for (std::size_t code = 0; code < tuples; ++code) {
    std::vector<Element> tuple(n);
    for (std::size_t a = n, rest = code; a-- > 0; rest /= element_count_) tuple[a] = elements[rest % element_count_];
    const auto type = basis.find(tuple);
    if (!type) continue;
    Match& match = matches_[n][code];
    match.type = static_cast<int>(*type);
    std::iota(match.atom_at.begin(), match.atom_at.end(), 0);
    std::stable_sort(match.atom_at.begin(), match.atom_at.begin() + atoms,
                     [&](int a, int b) { return tuple[static_cast<std::size_t>(a)] < tuple[static_cast<std::size_t>(b)]; });
    for (int p = 0; p < slot_count(atoms); ++p) {
      const auto [a, b] = slot_atoms(atoms, p);
      match.slot_at[static_cast<std::size_t>(p)] =
          slot_of(atoms, match.atom_at[static_cast<std::size_t>(a)], match.atom_at[static_cast<std::size_t>(b)]);
    }
  }
}

}  // namespace carillon
