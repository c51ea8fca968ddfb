#include "carillon/geometry/neighbor_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <tuple>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "unit/geometry/random_structure.hpp"

namespace carillon {
namespace {

using testing::diamond;
using testing::random_structure;
using testing::supercell;
using testing::unwrapped;
using Entry = std::tuple<int, int, int, int, int>;  // i, j, shift

std::set<Entry> entries(const NeighborList& list) {
  std::set<Entry> all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (const Neighbor& n : list.neighbors(i)) all.insert({static_cast<int>(i), n.index, n.shift[0], n.shift[1], n.shift[2]});
  }
  return all;
}

/// Every image in a generous box around each pair: |n_d| <= (cutoff + |r_j - r_i|) x |reciprocal vector d|, plus one.
std::set<Entry> brute_force(const Structure& structure, double cutoff) {
  std::set<Entry> all;
  const Eigen::Matrix3d inverse = structure.cell.completed().inverse();
  const int n = static_cast<int>(structure.size());
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      const Eigen::Vector3d between =
          structure.positions[static_cast<std::size_t>(j)] - structure.positions[static_cast<std::size_t>(i)];
      std::array<int, 3> most{};
      for (int d = 0; d < 3; ++d) {
        const auto at = static_cast<std::size_t>(d);
        if (structure.cell.periodic[at]) most[at] = static_cast<int>((cutoff + between.norm()) * inverse.col(d).norm()) + 1;
      }
      for (int a = -most[0]; a <= most[0]; ++a) {
        for (int b = -most[1]; b <= most[1]; ++b) {
          for (int c = -most[2]; c <= most[2]; ++c) {
            const Eigen::Vector3d moved = structure.cell.vectors.transpose() * Eigen::Vector3d(a, b, c);
            if (i == j && a == 0 && b == 0 && c == 0) continue;
            if ((between + moved).norm() < cutoff) all.insert({i, j, a, b, c});
          }
        }
      }
    }
  }
  return all;
}

class NeighborListBoundaries : public ::testing::TestWithParam<std::array<bool, 3>> {};

TEST_P(NeighborListBoundaries, OracleBruteForceOverImages) {
  std::mt19937_64 engine(1);
  for (int k = 0; k < 12; ++k) {
    const int atoms = 1 + k % 6;
    const double edge = k % 3 == 0 ? 1.5 : 4.0;  // much smaller than the cutoff, and about as large
    const double lean = 0.3 + 0.6 * (k % 2);
    const Structure structure = unwrapped(random_structure(engine, atoms, edge, lean, GetParam()), engine);
    EXPECT_EQ(entries(NeighborList(structure, 4.1)), brute_force(structure, 4.1)) << "structure " << k;
  }
}

TEST_P(NeighborListBoundaries, OracleManyBins) {
  std::mt19937_64 engine(2);
  const Structure structure = unwrapped(random_structure(engine, 100, 10.0, 0.3, GetParam()), engine);
  EXPECT_EQ(entries(NeighborList(structure, 2.3)), brute_force(structure, 2.3));
}

INSTANTIATE_TEST_SUITE_P(AllEight, NeighborListBoundaries,
                         ::testing::Values(std::array{false, false, false}, std::array{true, false, false},
                                           std::array{false, true, false}, std::array{false, false, true},
                                           std::array{true, true, false}, std::array{true, false, true},
                                           std::array{false, true, true}, std::array{true, true, true}));

/// The next line of numbers in the reference file.
std::vector<double> numbers(LineReader& lines) {
  std::string_view line;
  std::vector<double> values;
  if (!lines.next(line)) throw Error("the reference file ends early");
  for (const std::string_view word : split_words(line)) {
    values.emplace_back();
    if (!parse_double(word, values.back())) throw Error("not a number: " + std::string(word));
  }
  return values;
}

TEST(NeighborList, OracleAse) {
  // Written by ASE 3.22.1's ase.neighborlist through tests/golden/data/make_neighbors_ase.py.
  const TextFile file(CARILLON_SOURCE_DIR "/tests/golden/data/neighbors_ase.txt");
  LineReader lines(file.text());
  std::string_view line;
  int structures = 0;
  while (lines.next(line)) {
    if (line.starts_with('#')) continue;
    const auto words = split_words(line);
    ASSERT_EQ(words.size(), 12U);
    ASSERT_EQ(words[0], "structure");
    long atoms = 0;
    long count = 0;
    double cutoff = 0;
    ASSERT_TRUE(parse_long(words[3], atoms) && parse_long(words[5], count) && parse_double(words[7], cutoff));
    Structure structure;
    for (int d = 0; d < 3; ++d) {
      structure.cell.periodic[static_cast<std::size_t>(d)] = words[static_cast<std::size_t>(9 + d)] == "1";
      const auto row = numbers(lines);
      structure.cell.vectors.row(d) << row.at(0), row.at(1), row.at(2);
    }
    for (long i = 0; i < atoms; ++i) {
      const auto row = numbers(lines);
      structure.positions.emplace_back(row.at(0), row.at(1), row.at(2));
      structure.species.push_back(Element::from_number(6));
    }
    const NeighborList list(structure, cutoff);
    std::vector<std::vector<double>> ours;
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (const Neighbor& n : list.neighbors(i)) {
        ours.push_back({static_cast<double>(i), static_cast<double>(n.index), static_cast<double>(n.shift[0]),
                        static_cast<double>(n.shift[1]), static_cast<double>(n.shift[2]), n.distance});
      }
    }
    ASSERT_EQ(ours.size(), static_cast<std::size_t>(count)) << words[1];
    for (const std::vector<double>& mine : ours) {
      const auto theirs = numbers(lines);
      for (std::size_t k = 0; k < 5; ++k) EXPECT_EQ(mine[k], theirs.at(k)) << words[1];
      EXPECT_NEAR(mine[5], theirs.at(5), 1e-13) << words[1];  // a few epsilon of positions of about 10 angstrom
    }
    ++structures;
  }
  EXPECT_EQ(structures, 8);
}

TEST(NeighborList, IdentityDisplacementIsMadeOfPositionsAndShift) {
  std::mt19937_64 engine(3);
  const Structure s = unwrapped(random_structure(engine, 5, 3.0, 0.5, {true, true, true}), engine);
  const NeighborList list(s, 5.0);
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (const Neighbor& n : list.neighbors(i)) {
      const Eigen::Vector3d moved = s.cell.vectors.transpose() * Eigen::Vector3d(n.shift[0], n.shift[1], n.shift[2]);
      const Eigen::Vector3d expected = s.positions[static_cast<std::size_t>(n.index)] + moved - s.positions[i];
      EXPECT_LT((n.displacement - expected).norm(), 1e-13);
      EXPECT_EQ(n.distance, n.displacement.norm());
    }
  }
}

TEST(NeighborList, IdentityReversedPairsAreExactNegatives) {
  std::mt19937_64 engine(4);
  const Structure s = unwrapped(random_structure(engine, 6, 3.0, 0.5, {true, true, false}), engine);
  const NeighborList list(s, 5.0);
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (const Neighbor& n : list.neighbors(i)) {
      const auto back = list.neighbors(static_cast<std::size_t>(n.index));
      const auto reverse = std::find_if(back.begin(), back.end(), [&](const Neighbor& m) {
        return m.index == static_cast<int>(i) && m.shift == std::array{-n.shift[0], -n.shift[1], -n.shift[2]};
      });
      ASSERT_NE(reverse, back.end());
      EXPECT_EQ(reverse->displacement, -n.displacement);
    }
  }
}

TEST(NeighborList, SortedAndSplitIntoHalves) {
  std::mt19937_64 engine(5);
  const NeighborList list(random_structure(engine, 6, 3.0, 0.5, {true, true, true}), 5.0);
  std::size_t all = 0;
  std::size_t later = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto full = list.neighbors(i);
    const auto half = list.later_neighbors(i);
    for (std::size_t k = 1; k < full.size(); ++k) {
      EXPECT_TRUE(order_of_copies(full[k - 1].index, full[k - 1].shift, full[k].index, full[k].shift) < 0);
    }
    EXPECT_EQ(full.data() + full.size(), half.data() + half.size());
    for (const Neighbor& n : half) EXPECT_TRUE(order_of_copies(n.index, n.shift, static_cast<int>(i), {0, 0, 0}) > 0);
    for (std::size_t k = 0; k < full.size() - half.size(); ++k) {
      EXPECT_TRUE(order_of_copies(full[k].index, full[k].shift, static_cast<int>(i), {0, 0, 0}) < 0);
    }
    all += full.size();
    later += half.size();
  }
  EXPECT_GT(all, 0U);
  EXPECT_EQ(all, 2 * later);
}

TEST(NeighborList, OracleDiamondCountedByIntegers) {
  // Diamond's points in units of a/4: all even with sum divisible by 4, or all odd with sum 3 modulo 4 (integers only).
  const double cutoff = 8.0;
  std::size_t expected = 0;
  for (int x = -20; x <= 20; ++x) {
    for (int y = -20; y <= 20; ++y) {
      for (int z = -20; z <= 20; ++z) {
        const bool even = x % 2 == 0 && y % 2 == 0 && z % 2 == 0 && (x + y + z) % 4 == 0;
        const bool odd = x % 2 != 0 && y % 2 != 0 && z % 2 != 0 && ((x + y + z) % 4 + 4) % 4 == 3;
        if ((even || odd) && (x != 0 || y != 0 || z != 0) && std::sqrt(x * x + y * y + z * z) * 3.567 / 4 < cutoff) ++expected;
      }
    }
  }
  const NeighborList list(diamond(), cutoff);
  EXPECT_EQ(list.neighbors(0).size(), expected);
  EXPECT_EQ(list.neighbors(1).size(), expected);
}

TEST(NeighborList, InvarianceOfNeedleShapedDescriptions) {
  // The same lattice with vectors 40 cells long gives as many neighbours, at about the same cost.
  const Structure straight = diamond();
  Structure skewed = straight;
  skewed.cell.vectors.row(1) += 40 * straight.cell.vectors.row(0);
  skewed.cell.vectors.row(2) += 30 * skewed.cell.vectors.row(1);
  const NeighborList a(straight, 8.0);
  const NeighborList b(skewed, 8.0);
  EXPECT_EQ(a.neighbors(0).size(), b.neighbors(0).size());
  EXPECT_LT(b.candidates(), 2 * a.candidates());
}

TEST(NeighborList, CutoffIsStrict) {
  Structure pair;
  pair.species.assign(2, Element::from_number(1));
  pair.positions = {Eigen::Vector3d::Zero(), Eigen::Vector3d(0, 0, 2)};
  EXPECT_EQ(NeighborList(pair, 2.0).neighbors(0).size(), 0U);
  EXPECT_EQ(NeighborList(pair, std::nextafter(2.0, 3.0)).neighbors(0).size(), 1U);
}

TEST(NeighborList, LinearScalingByCounting) {
  // Distances worked out per atom stay the same from 64 to 4,096 atoms of one density.
  std::mt19937_64 engine(6);
  const Structure small = random_structure(engine, 64, 8.0, 0.2, {true, true, true});
  const auto per_atom = [](const Structure& s) {
    return static_cast<double>(NeighborList(s, 3.0).candidates()) / static_cast<double>(s.size());
  };
  const double eight = per_atom(supercell(small, 2, 2, 2));
  const double many = per_atom(supercell(small, 4, 4, 4));
  EXPECT_NEAR(many / eight, 1, 0.25);
  EXPECT_LT(many, 300);  // against 4,096 for all pairs
}

TEST(NeighborList, SparseSystemsCostLittle) {
  // Two molecules 100,000 angstrom apart in the open.
  Structure s;
  s.species.assign(4, Element::from_number(7));
  s.positions = {{0, 0, 0}, {1.1, 0, 0}, {1e5, 1e5, 1e5}, {1e5, 1e5, 1e5 + 1.1}};
  const NeighborList list(s, 5.0);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(list.neighbors(i).size(), 1U);
  EXPECT_EQ(NeighborList(Structure{}, 5.0).size(), 0U);
}

std::string message(const Structure& structure, double cutoff = 3.0) {
  try {
    NeighborList list(structure, cutoff);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(NeighborList, ErrorsNameTheFrameAndTheAtoms) {
  Structure s = diamond();
  s.origin = {"c.xyz", 12, 3, -1};
  s.positions[1] = s.positions[0] + (s.cell.vectors.row(0) - s.cell.vectors.row(2)).transpose();
  EXPECT_EQ(message(s), "c.xyz:12: frame 3, atom 0: stands at the same place as atom 1 (0 angstrom apart, image [-1 0 1])");
  s.positions[1][2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(message(s), "c.xyz:12: frame 3, atom 1: position is not finite");
  s.positions[1][2] = 1e12;
  EXPECT_EQ(message(s), "c.xyz:12: frame 3, atom 1: position is too far away");
  s.positions[1] = {5e-6, 5e-6, 5e-6};
  s.cell.vectors.row(2) = s.cell.vectors.row(1);
  EXPECT_EQ(message(s), "c.xyz:12: frame 3: the cell vectors are linearly dependent");
  s.cell.vectors = Eigen::Vector3d(1e-7, 10, 10).asDiagonal();
  EXPECT_EQ(message(s, 1e-4), "c.xyz:12: frame 3, atom 0: stands on its own image [-9 0 0]; the cell is too small");
}

TEST(NeighborList, ErrorsWhenTheCellIsFarTooSmall) {
  // Files in other units: the list would not fit into memory, or a direction would need millions of images.
  Structure s = diamond();
  s.positions = {Eigen::Vector3d::Zero(), Eigen::Vector3d::Constant(5e-6)};
  const std::string expected = "atom 0: more than 1000000 neighbours within 3 angstrom; are the cell and the units right?";
  for (const Eigen::Vector3d& edges :
       {Eigen::Vector3d(1e-5, 1e-5, 1e-5), Eigen::Vector3d(1e-5, 10, 10), Eigen::Vector3d(0.03, 0.03, 0.03)}) {
    s.cell.vectors = edges.asDiagonal();
    EXPECT_EQ(message(s), expected);
  }
}

/// By the definition of Halo, from the list of all neighbours.
std::set<Entry> in_domain(const Structure& structure, double cutoff, const Halo& halo) {
  const NeighborList all(structure, cutoff);
  const auto is_owned = [&](std::size_t i) { return i < halo.owned; };
  const auto is_inner = [&](std::size_t i) {
    const auto near = all.neighbors(i);
    return std::any_of(near.begin(), near.end(),
                       [&](const Neighbor& n) { return n.index < static_cast<int>(halo.owned) && n.distance < halo.cutoff; });
  };
  std::set<Entry> out;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const Neighbor& n : all.neighbors(i)) {
      const auto j = static_cast<std::size_t>(n.index);
      if (is_owned(i) || is_owned(j) || (n.distance < halo.cutoff && is_inner(i) && is_inner(j)))
        out.insert({static_cast<int>(i), n.index, 0, 0, 0});
    }
  return out;
}

TEST(NeighborList, OracleOfADomainIsTheListOfAll) {
  std::mt19937_64 engine(11);
  const Structure s = random_structure(engine, 150, 9.0, 0.1, {false, false, false});
  const NeighborList all(s, 4.0);
  for (const Halo halo : {Halo{20, 2.5}, Halo{1, 3.9}, Halo{60, 4.0}, Halo{20, 0}, Halo{150, 2.5}, Halo{0, 2.5}}) {
    const NeighborList list(s, 4.0, halo);
    const std::set<Entry> found = entries(list);
    EXPECT_EQ(found, in_domain(s, 4.0, halo));
    EXPECT_EQ(found.empty(), halo.owned == 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto near = list.neighbors(i);
      EXPECT_TRUE(std::is_sorted(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.index < b.index; }));
      for (const Neighbor& n : near) {
        const auto same = all.neighbors(i);
        const auto expected =
            std::find_if(same.begin(), same.end(), [&](const Neighbor& other) { return other.index == n.index; });
        EXPECT_EQ(n.displacement, expected->displacement);
        EXPECT_EQ(n.distance, expected->distance);
      }
      const auto earlier = std::count_if(near.begin(), near.end(), [&](const auto& n) { return n.index < static_cast<int>(i); });
      EXPECT_EQ(list.later_neighbors(i).size(), near.size() - static_cast<std::size_t>(earlier));
    }
  }
}

TEST(NeighborList, RefusesWhatIsNoDomain) {
  EXPECT_THROW(NeighborList(diamond(), 3.0, Halo{1, 2.0}), DomainError);
  Structure open = diamond();
  open.cell = {};
  EXPECT_THROW(NeighborList(open, 3.0, Halo{3, 2.0}), DomainError);
  EXPECT_NO_THROW(NeighborList(open, 3.0, Halo{1, 3.0}));
  EXPECT_THROW(NeighborList(open, 3.0, Halo{1, 3.1}), DomainError) << "pairs of 3.0 to 3.1 Å would be there for some atoms only";
}

TEST(NeighborList, RefusesBadCutoffsAndShapes) {
  for (const double cutoff : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(NeighborList(diamond(), cutoff), DomainError);
  }
  Structure s = diamond();
  s.positions.pop_back();
  EXPECT_THROW(NeighborList(s, 3.0), ShapeError);
}

}  // namespace
}  // namespace carillon
