#pragma once

#include <gtest/gtest.h>

#include "carillon/neural/described_atoms.hpp"
#include "random_networks.hpp"
#include "support/largest_deviation.hpp"

namespace carillon::testing {

/// Descriptors of all atoms, one a column.
inline Eigen::MatrixXd described(const Descriptor& descriptor, const Structure& structure) {
  return DescribedAtoms<double>(descriptor, structure, NeighborList(structure, descriptor.cutoff()), 0, structure.size())
      .values();
}

/// d(cotangent · G of all atoms) when every atom moves, against finite differences; periodic, with images of atoms themselves.
template <class Real>
void expect_exact_derivatives(const Descriptor& descriptor, Structure structure, double tolerance) {
  std::mt19937_64 generator(3);
  std::normal_distribution<double> normal;
  const auto count = static_cast<Eigen::Index>(structure.size());
  const Eigen::MatrixXd cotangents = Eigen::MatrixXd::NullaryExpr(descriptor.size(), count, [&] { return normal(generator); });
  const DescribedAtoms<Real> atoms(descriptor, structure, NeighborList(structure, descriptor.cutoff()), 0, structure.size());
  Eigen::Matrix3Xd total = Eigen::Matrix3Xd::Zero(3, count);
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    Eigen::Matrix3Xd gradients(3, static_cast<Eigen::Index>(atoms.end(i) - atoms.begin(i)));
    atoms.pull_back(i, cotangents.col(static_cast<Eigen::Index>(i)), gradients);
    for (std::size_t k = atoms.begin(i); k < atoms.end(i); ++k) {
      total.col(atoms.neighbor_atom(k)) += gradients.col(static_cast<Eigen::Index>(k - atoms.begin(i)));
      total.col(static_cast<Eigen::Index>(i)) -= gradients.col(static_cast<Eigen::Index>(k - atoms.begin(i)));
    }
  }
  LargestDeviation deviation;
  for (Eigen::Index i = 0; i < count; ++i)
    for (Eigen::Index x = 0; x < 3; ++x) {
      const double numerical = richardson(
          [&](double step) {
            Structure moved = structure;
            moved.positions[static_cast<std::size_t>(i)][x] += step;
            return cotangents.cwiseProduct(described(descriptor, moved)).sum();
          },
          1e-3);
      deviation.compare(total(x, i), numerical, total.norm(), static_cast<std::size_t>(3 * i + x));
    }
  deviation.expect_within(tolerance, "descriptor_derivative");
}

}  // namespace carillon::testing
