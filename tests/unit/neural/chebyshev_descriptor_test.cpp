#include "carillon/neural/chebyshev_descriptor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "carillon/core/error.hpp"
#include "descriptor_checks.hpp"

namespace carillon {
namespace {

using testing::described;
using testing::elements;
using testing::expect_exact_derivatives;
using testing::random_structure;

/// T_n(x) = cos(n acos x), and the cosine cutoff.
double term(int n, double r, double cutoff) {
  if (r >= cutoff) return 0;
  return std::cos(n * std::acos(2 * r / cutoff - 1)) * 0.5 * (1 + std::cos(std::numbers::pi * r / cutoff));
}

/// All atoms of the structure are near it: an open cluster, by the formulas of the header and nothing else.
Eigen::VectorXd by_formula(const ChebyshevSpec& spec, const Structure& cluster, std::size_t home,
                           const std::vector<double>& weights) {
  std::vector<double> out;
  const auto r = [&](std::size_t j) { return (cluster.positions[j] - cluster.positions[home]).norm(); };
  for (const bool weighted : {false, true}) {
    for (int n = 0; n <= spec.radial_order; ++n) {
      double sum = 0;
      for (std::size_t j = 0; j < cluster.size(); ++j)
        if (j != home) sum += (weighted ? weights[j] : 1) * term(n, r(j), spec.radial_cutoff);
      out.push_back(sum);
    }
    for (int n = 0; n <= spec.angular_radial_order; ++n)
      for (int m = n; m <= spec.angular_radial_order; ++m)
        for (int l = 0; l <= spec.angular_order; ++l) {
          double sum = 0;
          for (std::size_t j = 0; j < cluster.size(); ++j)
            for (std::size_t k = j + 1; k < cluster.size(); ++k) {
              if (j == home || k == home) continue;
              const double cosine =
                  (cluster.positions[j] - cluster.positions[home]).dot(cluster.positions[k] - cluster.positions[home]) / r(j) /
                  r(k);
              const double q = spec.angular_cutoff;
              const double product =
                  (term(n, r(j), q) * term(m, r(k), q) + term(m, r(j), q) * term(n, r(k), q)) / (n == m ? 2 : 1);
              sum += (weighted ? weights[j] * weights[k] : 1) * product * std::cos(l * std::acos(cosine));
            }
          out.push_back(sum);
        }
  }
  return Eigen::Map<Eigen::VectorXd>(out.data(), static_cast<Eigen::Index>(out.size()));
}

TEST(ChebyshevDescriptor, IdentityWithTheFormulas) {
  Structure cluster = random_structure(elements({"C", "N", "Si"}), 7, 3.5, 1.3, 4);
  cluster.cell.periodic = {false, false, false};
  for (const int angular_radial : {0, 2}) {
    const ChebyshevSpec spec{6, 3.7, 4, 2.9, angular_radial, CoordinateKind::direct, 1};
    const ChebyshevDescriptor descriptor(spec, elements({"C", "N", "Si"}));
    std::vector<double> weights;
    for (const Element element : cluster.species)
      weights.push_back(element.symbol() == "C" ? -1 : element.symbol() == "N" ? 0 : 1);
    const Eigen::MatrixXd found = described(descriptor, cluster);
    for (std::size_t i = 0; i < cluster.size(); ++i) {
      const Eigen::VectorXd expected = by_formula(spec, cluster, i, weights);
      ASSERT_EQ(found.rows(), expected.size());
      // acos loses half the digits near the ends: its condition, not the descriptor's.
      EXPECT_LT((found.col(static_cast<Eigen::Index>(i)) - expected).norm(), 1e-10 * (1 + expected.norm()));
    }
  }
}

TEST(ChebyshevDescriptor, TheLengthDoesNotDependOnTheNumberOfElements) {
  const ChebyshevSpec spec{5, 4, 3, 3, 1, CoordinateKind::direct, 1};
  EXPECT_EQ(ChebyshevDescriptor(spec, elements({"C"})).size(), 6 + 3 * 4);
  EXPECT_EQ(ChebyshevDescriptor(spec, elements({"C", "N"})).size(), 2 * (6 + 3 * 4));
  EXPECT_EQ(ChebyshevDescriptor(spec, elements({"C", "N", "O", "Si"})).size(), 2 * (6 + 3 * 4));
}

TEST(ChebyshevDescriptor, WeightsOfElements) {
  const auto weights = [](const std::vector<const char*>& symbols) {
    const ChebyshevDescriptor descriptor({}, elements(symbols));
    std::vector<double> out;
    for (const Element element : elements(symbols)) out.push_back(descriptor.weight(element));
    return out;
  };
  EXPECT_EQ(weights({"C"}), (std::vector<double>{0}));
  EXPECT_EQ(weights({"C", "N"}), (std::vector<double>{-1, 1}));
  EXPECT_EQ(weights({"C", "N", "O"}), (std::vector<double>{-1, 0, 1}));
  EXPECT_EQ(weights({"C", "H", "N", "O"}), (std::vector<double>{-2, -1, 1, 2}));
  EXPECT_THROW(ChebyshevDescriptor({}, elements({"C"})).weight(elements({"N"})[0]), DomainError);
}

TEST(ChebyshevDescriptor, FiniteDifferencesOfAllFunctions) {
  for (const CoordinateKind coordinate : {CoordinateKind::direct, CoordinateKind::morse}) {
    const ChebyshevDescriptor one({8, 4.1, 5, 3.4, 2, coordinate, 1.2}, elements({"C"}));
    expect_exact_derivatives<double>(one, random_structure(elements({"C"}), 5, 3.6, 1.3, 8), 1e-8);
    const ChebyshevDescriptor two({8, 4.1, 5, 3.4, 1, coordinate, 1.2}, elements({"C", "N"}));
    expect_exact_derivatives<double>(two, random_structure(elements({"C", "N"}), 5, 3.6, 1.3, 9), 1e-8);
  }
}

TEST(ChebyshevDescriptor, FiniteDifferencesWithDerivativesInSinglePrecision) {
  const ChebyshevDescriptor descriptor({8, 4.1, 5, 3.4, 1, CoordinateKind::direct, 1}, elements({"C", "N"}));
  expect_exact_derivatives<float>(descriptor, random_structure(elements({"C", "N"}), 5, 3.6, 1.3, 9), 1e-6);
}

/// <pull_back(c), v> = <c, push_forward(v)>: an identity that training relies on.
TEST(DescribedAtoms, PullBackAndPushForwardAreTransposes) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  for (const auto& members : {elements({"C"}), elements({"C", "N"})}) {
    const ChebyshevDescriptor descriptor({6, 4.1, 4, 3.2, 1, CoordinateKind::direct, 1}, members);
    const Structure structure = random_structure(members, 5, 3.6, 1.3, 10);
    const DescribedAtoms<float> atoms(descriptor, structure, NeighborList(structure, descriptor.cutoff()), 1, 4);
    ASSERT_EQ(atoms.size(), 3u);
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      const auto count = static_cast<Eigen::Index>(atoms.end(i) - atoms.begin(i));
      const Eigen::VectorXd cotangent = Eigen::VectorXd::NullaryExpr(descriptor.size(), [&] { return normal(generator); });
      const Eigen::Matrix3Xd velocities = Eigen::Matrix3Xd::NullaryExpr(3, count, [&] { return normal(generator); });
      Eigen::Matrix3Xd pulled(3, count);
      Eigen::VectorXd pushed(descriptor.size());
      atoms.pull_back(i, cotangent, pulled);
      atoms.push_forward(i, velocities, pushed);
      EXPECT_NEAR(pulled.cwiseProduct(velocities).sum(), cotangent.dot(pushed), 1e-12 * pulled.norm() * velocities.norm());
    }
  }
}

TEST(ChebyshevDescriptor, AnAtomAloneIsDescribedByZeros) {
  Structure lone;
  lone.species = elements({"C"});
  lone.positions = {Eigen::Vector3d::Zero()};
  const Eigen::MatrixXd values = described(ChebyshevDescriptor({}, elements({"C"})), lone);
  EXPECT_EQ(values.norm(), 0);
}

TEST(ChebyshevDescriptor, NumbersOutOfRange) {
  const auto message = [](ChebyshevSpec spec) {
    return testing::message_of<DomainError>([&] { ChebyshevDescriptor(spec, elements({"C"})); });
  };
  EXPECT_EQ(message({.radial_order = -1}), "chebyshev descriptor: radial order -1 is not between 0 and 100");
  EXPECT_EQ(message({.angular_order = 41}), "chebyshev descriptor: angular order 41 is not between -1 and 40");
  EXPECT_NE(message({.radial_cutoff = -2}), "");
}

}  // namespace
}  // namespace carillon
