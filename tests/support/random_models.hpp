#pragma once

// Random structures and block models for tests: small, reproducible, and covering what real ones hardly reach (skewed and
// tiny cells, atoms below the inner cutoff, several elements, mixed cutoffs).

#include <algorithm>
#include <random>
#include <vector>

#include "carillon/basis/basis_set.hpp"
#include "carillon/data/structure.hpp"

namespace carillon::testing {

inline std::vector<Element> elements(const std::vector<const char*>& symbols) {
  std::vector<Element> out;
  for (const char* symbol : symbols) out.push_back(*Element::from_symbol(symbol));
  return out;
}

/// Atoms at random in a skewed cell, no two copies closer than `closest` Å.
inline Structure random_structure(const std::vector<Element>& elements, std::size_t atoms, double edge, double closest,
                                  unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  Structure structure;
  structure.cell.vectors << edge, 0.1, -0.2, 0.25 * edge, 1.05 * edge, 0.1, -0.2 * edge, 0.15 * edge, 0.95 * edge;
  structure.cell.periodic = {true, true, true};
  const auto far_enough = [&](const Eigen::Vector3d& candidate) {
    for (const Eigen::Vector3d& other : structure.positions)
      for (int a = -1; a <= 1; ++a)
        for (int b = -1; b <= 1; ++b)
          for (int c = -1; c <= 1; ++c)
            if ((candidate - other - structure.cell.vectors.transpose() * Eigen::Vector3d(a, b, c)).norm() < closest)
              return false;
    return true;
  };
  while (structure.size() < atoms) {
    const Eigen::Vector3d candidate =
        structure.cell.vectors.transpose() * Eigen::Vector3d(uniform(generator), uniform(generator), uniform(generator));
    if (!far_enough(candidate)) continue;
    structure.species.push_back(elements[structure.size() % elements.size()]);
    structure.positions.push_back(candidate);
  }
  return structure;
}

struct RandomBasisOptions {
  int pair_order = 8;
  int triplet_order = 4;
  int quadruplet_order = 3;
  double pair_outer = 4.0;
  double triplet_outer = 3.4;
  double quadruplet_outer = 3.0;
  double inner = 1.1;
  RadialForm form{CoordinateKind::morse, {SmoothingKind::tersoff, 0.5}, BelowInner::smooth};
};

/// All cluster types of up to four of the elements, with cutoffs that differ a little between element pairs and body orders.
inline BasisSet random_basis(const std::vector<Element>& elements, const RandomBasisOptions& options = {}) {
  const int orders[] = {0, 1, options.pair_order, options.triplet_order, options.quadruplet_order};
  const double outer[] = {0, 0, options.pair_outer, options.triplet_outer, options.quadruplet_outer};
  std::vector<ClusterType> types;
  for (int atoms = 1; atoms <= 4; ++atoms) {
    if (orders[atoms] == 0) continue;
    std::vector<std::size_t> digits(static_cast<std::size_t>(atoms), 0);
    while (true) {
      if (std::is_sorted(digits.begin(), digits.end())) {
        std::vector<Element> members;
        for (const std::size_t digit : digits) members.push_back(elements[digit]);
        std::sort(members.begin(), members.end());
        std::vector<Slot> slots;
        for (int p = 0; p < slot_count(atoms); ++p) {
          const auto [a, b] = slot_atoms(atoms, p);
          const int key = members[static_cast<std::size_t>(a)].number() + members[static_cast<std::size_t>(b)].number();
          slots.push_back({options.inner + 0.01 * (key % 5), outer[atoms] + 0.05 * (key % 3), 1.2 + 0.05 * (key % 4)});
        }
        types.emplace_back(members, orders[atoms], slots, options.form);
      }
      std::size_t position = 0;
      while (position < digits.size() && ++digits[position] == elements.size()) digits[position++] = 0;
      if (position == digits.size()) break;
    }
  }
  return BasisSet(std::move(types));
}

/// Coefficients that fall with the number of atoms in a cluster, so that no body order drowns the others.
inline std::vector<double> random_coefficients(const BasisSet& basis, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> out;
  const double scale[] = {0, 5.0, 1.0, 0.2, 0.05};
  for (const ClusterType& type : basis.types())
    for (int c = 0; c < type.columns(); ++c) out.push_back(scale[type.atoms()] * normal(generator));
  return out;
}

/// Orders 4 and 2, no quadruplets: quick enough to do by hand what a test is compared with.
inline BasisSet small_basis(const std::vector<const char*>& symbols) {
  RandomBasisOptions options;
  options.pair_order = 4;
  options.triplet_order = 2;
  options.quadruplet_order = 0;
  return random_basis(elements(symbols), options);
}

inline std::vector<double> normal_numbers(long count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> numbers;
  for (long k = 0; k < count; ++k) numbers.push_back(normal(generator));
  return numbers;
}

}  // namespace carillon::testing
