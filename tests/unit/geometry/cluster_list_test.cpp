#include "carillon/geometry/cluster_list.hpp"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "carillon/core/text_reader.hpp"
#include "unit/geometry/random_structure.hpp"

namespace carillon {
namespace {

using testing::diamond;
using testing::random_structure;
using testing::supercell;
using testing::unwrapped;

/// What a set of clusters adds up to: how many, and the sum of a function of all pair distances and of the atoms, blind to
/// the order of both.
struct Total {
  double clusters = 0;
  double sum = 0;
};

double pair_factor(double distance) { return 0.3 + std::exp(-distance); }
double atom_factor(int atom, const std::vector<double>& weights) { return weights[static_cast<std::size_t>(atom)]; }

/// Different for every atom, so that a cluster counted with the wrong atoms shows.
std::vector<double> weights_of(const Structure& structure) {
  std::vector<double> weights;
  for (std::size_t i = 0; i < structure.size(); ++i) weights.push_back(1 + 0.1 * static_cast<double>(i));
  return weights;
}

template <int N>
Total visited(const Structure& structure, double cutoff, const std::vector<double>& weights, double list_cutoff) {
  Total total;
  const NeighborList list(structure, list_cutoff);
  for_each_cluster<N>(list, cutoff, [&](const Cluster<N>& cluster) {
    double product = 1;
    for (const double distance : cluster.distances) product *= pair_factor(distance);
    for (const int atom : cluster.atoms) product *= atom_factor(atom, weights);
    ++total.clusters;
    total.sum += product;
  });
  return total;
}

template <int N>
Total visited(const Structure& structure, double cutoff) {
  return visited<N>(structure, cutoff, weights_of(structure), cutoff);
}

struct Copy {
  int atom;
  Eigen::Vector3d position;
};

/// Adds every set of `missing` more copies, from number `next` on, that fits `members`.
void enumerate(const std::vector<Copy>& copies, std::size_t next, int missing, double cutoff, const std::vector<double>& weights,
               std::vector<Copy>& members, double product, Total& total) {
  if (missing == 0) {
    ++total.clusters;
    total.sum += product;
    return;
  }
  for (std::size_t k = next; k < copies.size(); ++k) {
    double grown = product * atom_factor(copies[k].atom, weights);
    bool fits = true;
    for (const Copy& member : members) {
      const double distance = (copies[k].position - member.position).norm();
      fits = fits && distance < cutoff;
      grown *= pair_factor(distance);
    }
    if (!fits) continue;
    members.push_back(copies[k]);
    enumerate(copies, k + 1, missing - 1, cutoff, weights, members, grown, total);
    members.pop_back();
  }
}

/// Every set of N copies that holds a home atom, found among all images in a box; a cluster of N atoms is then met N times,
/// once with each of its atoms at home.
template <int N>
Total brute_force(const Structure& structure, double cutoff) {
  const std::vector<double> weights = weights_of(structure);
  const Eigen::Matrix3d inverse = structure.cell.completed().inverse();
  double spread = 0;
  for (const auto& a : structure.positions) {
    for (const auto& b : structure.positions) spread = std::max(spread, (a - b).norm());
  }
  std::array<int, 3> most{};
  for (int d = 0; d < 3; ++d) {
    const auto at = static_cast<std::size_t>(d);
    if (structure.cell.periodic[at]) most[at] = static_cast<int>((cutoff + spread) * inverse.col(d).norm()) + 1;
  }
  Total total;
  for (std::size_t home = 0; home < structure.size(); ++home) {
    std::vector<Copy> near;
    for (int a = -most[0]; a <= most[0]; ++a) {
      for (int b = -most[1]; b <= most[1]; ++b) {
        for (int c = -most[2]; c <= most[2]; ++c) {
          for (std::size_t j = 0; j < structure.size(); ++j) {
            const Eigen::Vector3d p = structure.positions[j] + structure.cell.vectors.transpose() * Eigen::Vector3d(a, b, c);
            if (j == home && a == 0 && b == 0 && c == 0) continue;
            if ((p - structure.positions[home]).norm() < cutoff) near.push_back({static_cast<int>(j), p});
          }
        }
      }
    }
    std::vector<Copy> members = {{static_cast<int>(home), structure.positions[home]}};
    enumerate(near, 0, N - 1, cutoff, weights, members, atom_factor(members[0].atom, weights), total);
  }
  return {total.clusters / N, total.sum / N};
}

template <int N>
void expect_same(const Total& a, const Total& b) {
  EXPECT_EQ(a.clusters, b.clusters) << N << " atoms";
  // Terms are positive, so the sum's relative error is that of one term and the summation: below (clusters + 50) epsilon.
  EXPECT_NEAR(a.sum, b.sum, (a.clusters + 50) * 3e-16 * a.sum * 10) << N << " atoms";
}

template <int N>
void expect_brute_force(const Structure& structure, double cutoff) {
  expect_same<N>(visited<N>(structure, cutoff), brute_force<N>(structure, cutoff));
}

class ClusterListBoundaries : public ::testing::TestWithParam<std::array<bool, 3>> {};

TEST_P(ClusterListBoundaries, OracleBruteForceOverImages) {
  std::mt19937_64 engine(21);
  for (int k = 0; k < 6; ++k) {
    // The first ones are much smaller than the cutoff.
    const Structure s = unwrapped(random_structure(engine, 1 + k, k < 2 ? 1.3 : 2.5, 0.5, GetParam()), engine);
    expect_brute_force<2>(s, 2.6);
    expect_brute_force<3>(s, 2.6);
    expect_brute_force<4>(s, 2.4);
  }
}

INSTANTIATE_TEST_SUITE_P(Mixed, ClusterListBoundaries,
                         ::testing::Values(std::array{false, false, false}, std::array{false, true, false},
                                           std::array{true, false, true}, std::array{true, true, true}));

TEST(ClusterList, OracleDiamondWithALongCutoff) {
  expect_brute_force<2>(diamond(), 8.0);
  expect_brute_force<3>(diamond(), 5.0);
  expect_brute_force<4>(diamond(), 4.0);
}

template <int N>
void expect_additive(const Structure& structure, double cutoff) {
  const Structure large = supercell(structure, 2, 1, 3);
  std::vector<double> weights;
  for (int copy = 0; copy < 6; ++copy) {
    for (const double weight : weights_of(structure)) weights.push_back(weight);
  }
  Total total = visited<N>(large, cutoff, weights, cutoff);
  EXPECT_GT(total.clusters, 0);
  expect_same<N>({total.clusters / 6, total.sum / 6}, visited<N>(structure, cutoff));
}

TEST(ClusterList, InvarianceSupercell) {
  std::mt19937_64 engine(22);
  const Structure s = random_structure(engine, 4, 3.0, 0.4, {true, true, true});
  expect_additive<2>(s, 3.5);
  expect_additive<3>(s, 3.5);
  expect_additive<4>(s, 3.0);
}

template <int N>
void expect_invariant(const Structure& structure, double cutoff, std::mt19937_64& engine) {
  const Total before = visited<N>(structure, cutoff);
  EXPECT_GT(before.clusters, 0);

  Structure moved = structure;
  for (Eigen::Vector3d& position : moved.positions) position += Eigen::Vector3d(0.37, -2.1, 5.3);
  expect_same<N>(visited<N>(moved, cutoff), before);

  Structure turned = structure;
  const Eigen::Matrix3d rotation = Eigen::AngleAxisd(1.1, Eigen::Vector3d(1, 2, -0.5).normalized()).toRotationMatrix();
  turned.cell.vectors = structure.cell.vectors * rotation.transpose();
  for (Eigen::Vector3d& position : turned.positions) position = rotation * position;
  expect_same<N>(visited<N>(turned, cutoff), before);

  Structure permuted = structure;
  std::reverse(permuted.positions.begin(), permuted.positions.end());
  std::vector<double> weights = weights_of(structure);
  std::reverse(weights.begin(), weights.end());
  expect_same<N>(visited<N>(permuted, cutoff, weights, cutoff), before);

  expect_same<N>(visited<N>(unwrapped(structure, engine), cutoff), before);

  // A list made for a longer cutoff serves as well.
  expect_same<N>(visited<N>(structure, cutoff, weights_of(structure), cutoff + 1), before);
}

TEST(ClusterList, InvarianceTranslationRotationPermutationWrapping) {
  std::mt19937_64 engine(23);
  const Structure s = random_structure(engine, 5, 3.2, 0.4, {true, true, true});
  expect_invariant<2>(s, 3.4, engine);
  expect_invariant<3>(s, 3.4, engine);
  expect_invariant<4>(s, 3.0, engine);
}

TEST(ClusterList, IdentityVectorsCloseAndDistancesAreTheirLengths) {
  std::mt19937_64 engine(24);
  const NeighborList list(random_structure(engine, 4, 3.0, 0.4, {true, true, true}), 3.0);
  std::size_t seen = 0;
  for_each_cluster<4>(list, 3.0, [&](const Cluster<4>& c) {
    ++seen;
    // Pairs 01 02 03 12 13 23.
    EXPECT_LT((c.vectors[0] + c.vectors[3] - c.vectors[1]).norm(), 1e-13);
    EXPECT_LT((c.vectors[0] + c.vectors[4] - c.vectors[2]).norm(), 1e-13);
    EXPECT_LT((c.vectors[1] + c.vectors[5] - c.vectors[2]).norm(), 1e-13);
    for (std::size_t p = 0; p < 6; ++p) {
      EXPECT_NEAR(c.distances[p], c.vectors[p].norm(), 1e-14);
      EXPECT_LT(c.distances[p], 3.0);
    }
  });
  EXPECT_GT(seen, 0U);
  EXPECT_EQ(seen, count_clusters<4>(list, 3.0));
}

TEST(ClusterList, PairsAreNumberedRowByRow) {
  EXPECT_EQ(Cluster<2>::pair(0, 1), 0);
  EXPECT_EQ(Cluster<3>::pair(0, 1), 0);
  EXPECT_EQ(Cluster<3>::pair(0, 2), 1);
  EXPECT_EQ(Cluster<3>::pair(1, 2), 2);
  int next = 0;
  for (int a = 0; a < 4; ++a) {
    for (int b = a + 1; b < 4; ++b) EXPECT_EQ(Cluster<4>::pair(a, b), next++);
  }
}

TEST(ClusterList, RefusesACutoffLongerThanTheLists) {
  const NeighborList list(diamond(), 3.0);
  EXPECT_THROW(count_clusters<3>(list, 3.1), DomainError);
  EXPECT_THROW(count_clusters<2>(list, std::nan("")), DomainError);
}

/// First frame of an .xyzf file with a NON_ORTHO header: positions and cell only.
Structure first_frame(const std::string& path) {
  const TextFile file(path);
  LineReader lines(file.text());
  std::string_view line;
  lines.next(line);
  long atoms = 0;
  parse_long(trim(line), atoms);
  lines.next(line);
  const auto header = split_words(line);
  Structure structure;
  structure.cell.periodic = {true, true, true};
  for (int k = 0; k < 9; ++k) parse_double(header.at(static_cast<std::size_t>(k) + 1), structure.cell.vectors(k / 3, k % 3));
  for (long i = 0; i < atoms; ++i) {
    lines.next(line);
    const auto words = split_words(line);
    structure.species.push_back(Element::from_symbol(words.at(0)).value());
    structure.positions.emplace_back();
    for (int d = 0; d < 3; ++d) parse_double(words.at(static_cast<std::size_t>(d) + 1), structure.positions.back()[d]);
  }
  return structure;
}

TEST(ClusterList, OracleClustersOfAPublishedFrame) {
  // Counts of an independent enumeration (Python, all images) of the first frame of the published C-N training set.
  const std::string path = CARILLON_SHARED_DATA "/cn/20.3percN_3.5gcc.xyzf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the published C-N data are not here: " << path;
  const Structure frame = first_frame(path);
  ASSERT_EQ(frame.size(), 216U);
  const NeighborList list(frame, 5.0);
  EXPECT_EQ(count_clusters<2>(list, 5.0), 9519U);
  EXPECT_EQ(count_clusters<3>(list, 5.0), 125557U);
  EXPECT_EQ(count_clusters<4>(list, 4.5), 296266U);
}

}  // namespace
}  // namespace carillon
