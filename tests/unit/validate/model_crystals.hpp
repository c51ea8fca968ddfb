#pragma once

#include <array>
#include <functional>
#include <vector>

#include "carillon/geometry/neighbor_list.hpp"
#include "carillon/potential/potential.hpp"

namespace carillon::testing {

inline const std::vector<Element>& carbon_only() {
  static const std::vector<Element> elements = {Element::from_number(6)};
  return elements;
}

/// Two atoms of diamond's primitive cell, of the cubic edge `a` (Å).
inline Structure diamond(double a) {
  Structure crystal;
  crystal.cell.vectors << 0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0;
  crystal.cell.periodic = {true, true, true};
  crystal.species.assign(2, Element::from_number(6));
  crystal.positions = {{0, 0, 0}, {a / 4, a / 4, a / 4}};
  return crystal;
}

/// Springs between given copies of atoms, at rest in the crystal they are made from: no cutoff, every derivative is smooth.
class SpringNetwork : public Potential {
public:
  /// @param reach  all pairs closer than this are joined (Å); stiffness eV/Å², divided by the length's square
  SpringNetwork(const Structure& crystal, double reach, double stiffness) {
    const NeighborList list(crystal, reach);
    for (std::size_t i = 0; i < list.size(); ++i)
      for (const Neighbor& n : list.later_neighbors(i))
        springs_.push_back({i, static_cast<std::size_t>(n.index), n.shift, n.distance, stiffness / (n.distance * n.distance)});
  }

  Prediction evaluate(const Structure& structure) const override {
    Prediction out;
    out.forces.assign(structure.size(), Eigen::Vector3d::Zero());
    for (const Spring& s : springs_) {
      const Eigen::Vector3d shift(s.shift[0], s.shift[1], s.shift[2]);
      const Eigen::Vector3d d = structure.positions[s.j] + structure.cell.vectors.transpose() * shift - structure.positions[s.i];
      const double stretch = d.norm() - s.rest;
      out.energy += 0.5 * s.stiffness * stretch * stretch;
      const Eigen::Vector3d pull = s.stiffness * stretch / d.norm() * d;
      out.forces[s.i] += pull;
      out.forces[s.j] -= pull;
      out.stress += pull * d.transpose() / structure.cell.volume();
    }
    return out;
  }
  double cutoff() const override { return 0; }
  const std::vector<Element>& elements() const override { return carbon_only(); }
  std::string description() const override { return "springs"; }

private:
  struct Spring {
    std::size_t i, j;
    std::array<int, 3> shift;
    double rest, stiffness;
  };
  std::vector<Spring> springs_;
};

/// Energies of a sum over pairs; forces and stress are zero and not to be asked for.
class PairFunction : public Potential {
public:
  explicit PairFunction(std::function<double(double)> energy, double reach = 5) : energy_(std::move(energy)), reach_(reach) {}

  Prediction evaluate(const Structure& structure) const override {
    Prediction out;
    out.forces.assign(structure.size(), Eigen::Vector3d::Zero());
    const NeighborList list(structure, reach_);
    for (std::size_t i = 0; i < list.size(); ++i)
      for (const Neighbor& n : list.later_neighbors(i)) out.energy += energy_(n.distance);
    return out;
  }
  double cutoff() const override { return reach_; }
  const std::vector<Element>& elements() const override { return carbon_only(); }
  std::string description() const override { return "pairs"; }

private:
  std::function<double(double)> energy_;
  double reach_;
};

}  // namespace carillon::testing
