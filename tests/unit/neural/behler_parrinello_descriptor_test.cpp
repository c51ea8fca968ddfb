#include "carillon/neural/behler_parrinello_descriptor.hpp"

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

BehlerParrinelloSpec small() { return {4.1, {0.5, 4}, {0, 1.5, 3}, 3.4, {0.01, 0.2}, {1, 2.5, 4}}; }

double cosine_cutoff(double r, double cutoff) { return r >= cutoff ? 0 : 0.5 * (1 + std::cos(std::numbers::pi * r / cutoff)); }

/// One angular function of the atom `home` of an open cluster, by the formula of the header and nothing else.
double angular_by_formula(const Structure& cluster, std::size_t home, const std::vector<double>& weights, double cutoff,
                          double eta, double zeta, double sign) {
  const Eigen::Vector3d& center = cluster.positions[home];
  double sum = 0;
  for (std::size_t j = 0; j < cluster.size(); ++j)
    for (std::size_t k = j + 1; k < cluster.size(); ++k) {
      if (j == home || k == home) continue;
      const Eigen::Vector3d to_j = cluster.positions[j] - center;
      const Eigen::Vector3d to_k = cluster.positions[k] - center;
      const double apart = (to_j - to_k).norm();
      const double cosine = to_j.dot(to_k) / to_j.norm() / to_k.norm();
      sum += weights[j] * weights[k] * std::pow(1 + sign * cosine, zeta) *
             std::exp(-eta * (to_j.squaredNorm() + to_k.squaredNorm() + apart * apart)) * cosine_cutoff(to_j.norm(), cutoff) *
             cosine_cutoff(to_k.norm(), cutoff) * cosine_cutoff(apart, cutoff);
    }
  return std::pow(2, 1 - zeta) * sum;
}

Eigen::VectorXd by_formula(const BehlerParrinelloSpec& spec, const Structure& cluster, std::size_t home,
                           const std::vector<std::vector<double>>& copies) {
  std::vector<double> out;
  for (const std::vector<double>& weights : copies) {
    for (const double eta : spec.radial_eta)
      for (const double shift : spec.radial_shift) {
        double sum = 0;
        for (std::size_t j = 0; j < cluster.size(); ++j) {
          const double r = (cluster.positions[j] - cluster.positions[home]).norm();
          if (j != home) sum += weights[j] * std::exp(-eta * std::pow(r - shift, 2)) * cosine_cutoff(r, spec.radial_cutoff);
        }
        out.push_back(sum);
      }
    for (const double eta : spec.angular_eta)
      for (const double zeta : spec.angular_zeta)
        for (const double sign : {1.0, -1.0})
          out.push_back(angular_by_formula(cluster, home, weights, spec.angular_cutoff, eta, zeta, sign));
  }
  return Eigen::Map<Eigen::VectorXd>(out.data(), static_cast<Eigen::Index>(out.size()));
}

TEST(BehlerParrinelloDescriptor, IdentityWithTheFormulas) {
  Structure cluster = random_structure(elements({"C", "N", "Si"}), 7, 3.5, 1.3, 4);
  cluster.cell.periodic = {false, false, false};
  const BehlerParrinelloDescriptor descriptor(small(), elements({"C", "N", "Si"}));
  std::vector<double> weights;
  for (const Element element : cluster.species) weights.push_back(element.symbol() == "C" ? -1 : element.symbol() == "N" ? 0 : 1);
  const Eigen::MatrixXd found = described(descriptor, cluster);
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    const Eigen::VectorXd expected = by_formula(small(), cluster, i, {std::vector<double>(cluster.size(), 1), weights});
    ASSERT_EQ(found.rows(), expected.size());
    EXPECT_LT((found.col(static_cast<Eigen::Index>(i)) - expected).norm(), 1e-13 * (1 + expected.norm()));
  }
}

/// Two neighbours at right angles, 2 Å and 3 Å away: numbers that a hand calculator gives.
TEST(BehlerParrinelloDescriptor, IdentityOfARightAngle) {
  Structure corner;
  corner.species = elements({"Si", "Si", "Si"});
  corner.species.assign(3, elements({"Si"})[0]);
  corner.positions = {{0, 0, 0}, {2, 0, 0}, {0, 3, 0}};
  const BehlerParrinelloDescriptor descriptor({6, {1}, {2}, 6, {0}, {1, 4}}, elements({"Si"}));
  const Eigen::VectorXd found = described(descriptor, corner).col(0);
  ASSERT_EQ(found.size(), 5);
  EXPECT_NEAR(found[0], 0.75 + std::exp(-1.0) * 0.5, 1e-14);
  const double cutoffs = 0.75 * 0.5 * cosine_cutoff(std::sqrt(13.0), 6);
  for (const int d : {1, 2}) EXPECT_NEAR(found[d], cutoffs, 1e-14);
  for (const int d : {3, 4}) EXPECT_NEAR(found[d], cutoffs / 8, 1e-14);
}

TEST(BehlerParrinelloDescriptor, FiniteDifferencesOfAllFunctions) {
  const BehlerParrinelloDescriptor one(small(), elements({"C"}));
  expect_exact_derivatives<double>(one, random_structure(elements({"C"}), 5, 3.6, 1.3, 8), 1e-8);
  const BehlerParrinelloDescriptor two(small(), elements({"C", "N"}));
  expect_exact_derivatives<double>(two, random_structure(elements({"C", "N"}), 5, 3.6, 1.3, 9), 1e-8);
}

TEST(BehlerParrinelloDescriptor, FiniteDifferencesWithoutAngularFunctions) {
  BehlerParrinelloSpec spec = small();
  spec.angular_eta.clear();
  const BehlerParrinelloDescriptor descriptor(spec, elements({"C", "N"}));
  EXPECT_EQ(descriptor.size(), 2 * 6);
  EXPECT_EQ(descriptor.cutoff(), 4.1);
  expect_exact_derivatives<double>(descriptor, random_structure(elements({"C", "N"}), 5, 3.6, 1.3, 9), 1e-8);
}

/// A structure twice as large looks the same to the descriptor scaled by two.
TEST(BehlerParrinelloDescriptor, InvarianceOfScaledLengths) {
  DescriptorSpec spec;
  spec.kind = DescriptorKind::behler_parrinello;
  spec.behler_parrinello = small();
  Structure cluster = random_structure(elements({"C"}), 6, 3.5, 1.3, 4);
  cluster.cell.periodic = {false, false, false};
  const Eigen::MatrixXd before = described(*make_descriptor(spec, elements({"C"})), cluster);
  for (Eigen::Vector3d& position : cluster.positions) position *= 2;
  const Eigen::MatrixXd after = described(*make_descriptor(scaled(spec, 2), elements({"C"})), cluster);
  EXPECT_LT((after - before).norm(), 1e-13 * before.norm());
}

TEST(BehlerParrinelloDescriptor, NumbersOutOfRange) {
  const auto message = [](const BehlerParrinelloSpec& spec) {
    return testing::message_of<DomainError>([&] { BehlerParrinelloDescriptor(spec, elements({"C"})); });
  };
  EXPECT_EQ(message({.radial_eta = {}}), "behler-parrinello descriptor: no radial function");
  EXPECT_EQ(message({.angular_zeta = {0.5}}), "behler-parrinello descriptor: zeta 0.500000 is below 1");
  EXPECT_EQ(message({.radial_eta = {-1}}), "behler-parrinello descriptor: eta -1.000000 is below 0");
  EXPECT_EQ(message({.angular_cutoff = 0}), "behler-parrinello descriptor: a cutoff is not above zero");
}

}  // namespace
}  // namespace carillon
