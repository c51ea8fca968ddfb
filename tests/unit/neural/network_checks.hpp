#pragma once

#include <gtest/gtest.h>

#include <string>

#include "carillon/core/parallel.hpp"
#include "carillon/neural/network_potential.hpp"
#include "carillon/neural/training_set.hpp"
#include "random_networks.hpp"
#include "support/largest_deviation.hpp"

namespace carillon::testing {

/// After the homogeneous strain `tensor`.
inline Structure strained(Structure structure, const Eigen::Matrix3d& tensor) {
  const Eigen::Matrix3d deformation = Eigen::Matrix3d::Identity() + tensor;
  structure.cell.vectors = (structure.cell.vectors * deformation.transpose()).eval();
  for (Eigen::Vector3d& position : structure.positions) position = (deformation * position).eval();
  return structure;
}

/// Forces and stress against finite differences of the energy.
inline void expect_derivatives_of_energy(const NetworkPotential& potential, const Structure& structure) {
  const Prediction prediction = potential.evaluate(structure);
  LargestDeviation force, stress;
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (Eigen::Index x = 0; x < 3; ++x)
      force.compare(prediction.forces[i][x], -richardson(
                                                 [&](double step) {
                                                   Structure moved = structure;
                                                   moved.positions[i][x] += step;
                                                   return potential.evaluate(moved).energy;
                                                 },
                                                 1e-3));
  for (int k = 0; k < 6; ++k) {
    Eigen::Matrix3d direction = Eigen::Matrix3d::Zero();
    direction(voigt_row[k], voigt_column[k]) += 0.5;
    direction(voigt_column[k], voigt_row[k]) += 0.5;
    const double numerical =
        richardson([&](double step) { return potential.evaluate(strained(structure, step * direction)).energy; }, 5e-4);
    stress.compare(prediction.stress(voigt_row[k], voigt_column[k]), numerical / structure.cell.volume());
  }
  force.expect_within(1e-7, "force");
  stress.expect_within(1e-7, "stress");
  EXPECT_EQ(prediction.stress, prediction.stress.transpose());
}

/// The loss's gradient against finite differences in every so many-th weight.
inline void expect_gradient_of_loss(const TrainingSet& set, const NetworkModel& model, const LossWeights& weights,
                                    Eigen::Index stride, const std::string& what) {
  const int before = threads();
  set_threads(1);  // thousands of small sums: what counts is not the time they wait for each other
  Eigen::VectorXd gradient;
  set.loss(model, weights, &gradient);
  LargestDeviation deviation;
  for (Eigen::Index k = 0; k < gradient.size(); k += stride) {
    const double numerical = richardson(
        [&](double step) {
          NetworkModel moved = model;
          moved.weights[k] += step;
          return set.loss(moved, weights, nullptr).loss;
        },
        4e-3);
    deviation.compare(gradient[k], numerical, gradient.norm(), static_cast<std::size_t>(k));
  }
  deviation.expect_within(1e-7, what);
  set_threads(before);
}

}  // namespace carillon::testing
