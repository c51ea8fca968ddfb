#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

#include "carillon/block/hierarchy.hpp"

namespace carillon::testing {

/// Energy of atoms without periodic images, straight from docs/theory.md, Eq. 1 and 4 to 7: every subset of one to four atoms,
/// every listed term. Slow, and shares nothing with the evaluator but the smoothed polynomials of a slot. eV.
inline double cluster_energy(const Hierarchy& model, const std::vector<Element>& species,
                             const std::vector<Eigen::Vector3d>& positions) {
  double energy = 0;
  for (unsigned subset = 1; subset < (1u << species.size()); ++subset) {
    std::vector<std::size_t> atoms;
    for (std::size_t a = 0; a < species.size(); ++a)
      if (subset & (1u << a)) atoms.push_back(a);
    if (atoms.size() > 4) continue;
    std::sort(atoms.begin(), atoms.end(), [&](std::size_t a, std::size_t b) { return species[a] < species[b]; });
    std::vector<Element> elements;
    for (const std::size_t a : atoms) elements.push_back(species[a]);
    for (const Block& block : model.blocks) {
      const auto t = block.basis.find(elements);
      if (!t) continue;
      const ClusterType& type = block.basis.types()[*t];
      std::vector<std::vector<double>> values;
      bool inside = true;
      for (int p = 0; p < slot_count(type.atoms()); ++p) {
        const auto [a, b] = slot_atoms(type.atoms(), p);
        const double r = (positions[atoms[static_cast<std::size_t>(a)]] - positions[atoms[static_cast<std::size_t>(b)]]).norm();
        inside = inside && r < type.slots()[static_cast<std::size_t>(p)].outer;
        if (!inside) break;
        std::vector<double> slopes(static_cast<std::size_t>(type.max_power()) + 1);
        values.emplace_back(slopes.size());
        type.evaluate_slot(p, r, values.back(), slopes);
        if (type.atoms() == 2) energy += model.penalty.at(r, type.slots()[0].inner).energy;
      }
      if (!inside) continue;
      for (const Term& term : type.terms()) {
        double product = block.coefficients[static_cast<std::size_t>(block.basis.first_column(*t) + term.orbit)];
        for (std::size_t p = 0; p < values.size(); ++p) product *= values[p][term.powers[p]];
        energy += product;
      }
    }
  }
  return energy;
}

}  // namespace carillon::testing
