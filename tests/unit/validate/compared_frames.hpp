#pragma once

#include <random>
#include <string>

#include "carillon/validate/metrics.hpp"

namespace carillon::testing {

struct Frame {
  Structure reference;
  Prediction prediction;
};

inline Frame random_frame(std::mt19937_64& engine, const std::string& label, std::size_t atoms) {
  std::normal_distribution<double> normal;
  Frame frame;
  frame.reference.label = label;
  frame.reference.species.assign(atoms, Element::from_number(6));
  frame.reference.positions.assign(atoms, Eigen::Vector3d::Zero());
  frame.reference.energy = -5000 * static_cast<double>(atoms) + normal(engine);
  frame.prediction.energy = *frame.reference.energy + normal(engine);
  frame.reference.forces.emplace();
  for (std::size_t i = 0; i < atoms; ++i) {
    frame.reference.forces->emplace_back(normal(engine), normal(engine), normal(engine));
    frame.prediction.forces.emplace_back(normal(engine), normal(engine), normal(engine));
  }
  frame.reference.stress.emplace();
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c <= r; ++c) {
      (*frame.reference.stress)(r, c) = (*frame.reference.stress)(c, r) = normal(engine);
      frame.prediction.stress(r, c) = frame.prediction.stress(c, r) = normal(engine);
    }
  }
  return frame;
}

/// Two labels; errors small enough to work out by hand.
inline Metrics by_hand() {
  Frame a;  // 2 atoms: energy error -0.2 an atom
  a.reference.label = "hot";
  a.reference.species.assign(2, Element::from_number(6));
  a.reference.energy = -10;
  a.prediction.energy = -10.4;
  a.reference.forces = {{1, 0, 0}, {0, -1, 2}};
  a.prediction.forces = {{1, 0, 0.3}, {0, -0.6, 2}};  // errors 0.3 and 0.4
  a.reference.stress = Eigen::Matrix3d::Identity();
  a.prediction.stress = Eigen::Matrix3d::Identity();
  a.prediction.stress(0, 1) = a.prediction.stress(1, 0) = 0.6;  // one Voigt component

  Frame b;  // 1 atom: energy error +0.4; only the diagonal of the stress
  b.reference.label = "hot";
  b.reference.species.assign(1, Element::from_number(6));
  b.reference.energy = -7;
  b.prediction.energy = -6.6;
  b.reference.stress = Eigen::Matrix3d::Zero();
  b.reference.stress_is_diagonal = true;
  b.prediction.stress(2, 2) = 0.3;
  b.prediction.stress(0, 1) = b.prediction.stress(1, 0) = 100;  // unknown in the reference: not compared

  Frame c;  // nothing but forces
  c.reference.label = "cold";
  c.reference.species.assign(1, Element::from_number(7));
  c.reference.forces = {{0, 0, 0}};
  c.prediction.forces = {{0, -3, 0}};

  Metrics metrics;
  metrics.add(0, a.reference, a.prediction);
  metrics.add(1, b.reference, b.prediction);
  metrics.add(2, c.reference, c.prediction);
  return metrics;
}

}  // namespace carillon::testing
