#pragma once

#include <Eigen/Core>
#include <Eigen/LU>
#include <array>
#include <random>
#include <vector>

#include "carillon/data/structure.hpp"

namespace carillon::testing {

/// Atoms at random places, none closer to another (or to an image within one cell) than 0.3 Å, in a random cell whose
/// edges are about `edge` Å long and which leans by up to `lean` of them.
inline Structure random_structure(std::mt19937_64& engine, int atoms, double edge, double lean, std::array<bool, 3> periodic) {
  std::uniform_real_distribution<double> unit(-1, 1);
  Structure structure;
  structure.cell.periodic = periodic;
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c)
      structure.cell.vectors(r, c) = r == c ? edge * (1 + 0.2 * unit(engine)) : lean * edge * unit(engine);
  }
  if (unit(engine) < 0) structure.cell.vectors.row(0).swap(structure.cell.vectors.row(1));  // either handedness
  const auto far_from_all = [&](const Eigen::Vector3d& position) {
    for (const Eigen::Vector3d& other : structure.positions) {
      for (int a = -1; a <= 1; ++a) {
        for (int b = -1; b <= 1; ++b) {
          for (int c = -1; c <= 1; ++c) {
            const Eigen::RowVector3d moved = Eigen::RowVector3d(a, b, c) * structure.cell.vectors;
            if ((other + moved.transpose() - position).norm() < 0.3) return false;
          }
        }
      }
    }
    return true;
  };
  while (structure.positions.size() < static_cast<std::size_t>(atoms)) {
    const Eigen::RowVector3d fraction(unit(engine), unit(engine), unit(engine));
    const Eigen::Vector3d position = (0.5 * (fraction.array() + 1).matrix() * structure.cell.vectors).transpose();
    if (far_from_all(position)) structure.positions.push_back(position);
  }
  structure.species.assign(static_cast<std::size_t>(atoms), Element::from_number(6));
  return structure;
}

/// The same atoms repeated along the cell vectors.
inline Structure supercell(const Structure& structure, int na, int nb, int nc) {
  Structure large = structure;
  large.species.clear();
  large.positions.clear();
  for (int a = 0; a < na; ++a) {
    for (int b = 0; b < nb; ++b) {
      for (int c = 0; c < nc; ++c) {
        const Eigen::RowVector3d moved = Eigen::RowVector3d(a, b, c) * structure.cell.vectors;
        for (std::size_t i = 0; i < structure.size(); ++i) {
          large.species.push_back(structure.species[i]);
          large.positions.push_back(structure.positions[i] + moved.transpose());
        }
      }
    }
  }
  large.cell.vectors.row(0) *= na;
  large.cell.vectors.row(1) *= nb;
  large.cell.vectors.row(2) *= nc;
  return large;
}

/// Atoms moved by random whole cells along the periodic directions.
inline Structure unwrapped(const Structure& structure, std::mt19937_64& engine) {
  std::uniform_int_distribution<int> cells(-3, 3);
  Structure moved = structure;
  for (Eigen::Vector3d& position : moved.positions) {
    for (int d = 0; d < 3; ++d) {
      if (structure.cell.periodic[static_cast<std::size_t>(d)])
        position += cells(engine) * structure.cell.vectors.row(d).transpose();
    }
  }
  return moved;
}

/// Two atoms of carbon in diamond's primitive cell: 2.5 Å edges, much smaller than usual cutoffs.
inline Structure diamond() {
  Structure structure;
  const double half = 3.567 / 2;
  structure.cell.vectors << 0, half, half, half, 0, half, half, half, 0;
  structure.cell.periodic = {true, true, true};
  structure.species.assign(2, Element::from_number(6));
  structure.positions = {Eigen::Vector3d::Zero(), Eigen::Vector3d::Constant(half / 2)};
  return structure;
}

}  // namespace carillon::testing
