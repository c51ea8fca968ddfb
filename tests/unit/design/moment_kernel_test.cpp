// Evidence: oracle. The pair-moment kernels against the reference kernel, which sums term by term and cluster by cluster and
// shares none of their code but the basis and the neighbour list; on every instruction set this machine has.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <ostream>
#include <random>

#include "carillon/core/parallel.hpp"
#include "carillon/design/moment_energy.hpp"
#include "carillon/design/moment_rows.hpp"
#include "carillon/design/reference_energy.hpp"
#include "support/random_models.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::random_coefficients;
using testing::random_structure;

/// Sums of up to some 1e5 products of up to six factors, each good to a few epsilon: 1e-11 leaves room for cancellation in a row.
constexpr double tolerance = 1e-11;

struct Case {
  std::string name;
  BasisSet basis;
  Structure structure;
};

void PrintTo(const Case& model, std::ostream* out) { *out << model.name; }

struct MixedOptions {
  int pair_order = 8;
  int triplet_order = 4;
  int quadruplet_order = 3;
  int order_spread = 1;  // orders differ by up to this between cluster types
  double smallest_outer = 2.6;
  double largest_outer = 3.6;
  double inner = 1.0;
  double absent = 0;  // share of cluster types left out
  RadialForm form{CoordinateKind::morse, {SmoothingKind::tersoff, 0.5}, BelowInner::smooth};
};

/// Cluster types of up to four of the elements whose cutoffs and orders differ, also for one element pair in different types.
BasisSet mixed_basis(const std::vector<Element>& elements, unsigned seed, const MixedOptions& options = {}) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::uniform_int_distribution<int> spread(0, options.order_spread);
  const int orders[] = {0, 1, options.pair_order, options.triplet_order, options.quadruplet_order};
  std::vector<ClusterType> types;
  const std::function<void(std::vector<Element>, std::size_t)> extend = [&](std::vector<Element> members, std::size_t from) {
    if (!members.empty() && orders[members.size()] > 0 && uniform(generator) >= options.absent) {
      std::map<std::pair<Element, Element>, Slot> slot_of_pair;
      std::vector<Slot> slots;
      const int atoms = static_cast<int>(members.size());
      for (int p = 0; p < slot_count(atoms); ++p) {
        const auto [a, b] = slot_atoms(atoms, p);
        const std::pair pair(members[static_cast<std::size_t>(a)], members[static_cast<std::size_t>(b)]);
        const double outer = options.smallest_outer + (options.largest_outer - options.smallest_outer) * uniform(generator);
        const Slot slot{options.inner + 0.1 * uniform(generator), outer,
                        1.2 + 0.05 * (pair.first.number() + pair.second.number()) / 10};
        slots.push_back(slot_of_pair.try_emplace(pair, slot).first->second);
      }
      types.emplace_back(members, orders[atoms] + spread(generator), slots, options.form);
    }
    if (members.size() == 4) return;
    for (std::size_t e = from; e < elements.size(); ++e) {
      std::vector<Element> more = members;
      more.push_back(elements[e]);
      extend(more, e);
    }
  };
  extend({}, 0);
  return BasisSet(std::move(types));
}

/// Two atoms of diamond's primitive cell, moved off their symmetric places, in edges much shorter than the cutoffs.
Structure small_diamond(const std::vector<Element>& elements) {
  Structure structure;
  const double half = 3.567 / 2;
  structure.cell.vectors << 0, half, half, half, 0, half, half, half, 0;
  structure.cell.periodic = {true, true, true};
  structure.species = {elements.front(), elements.back()};
  structure.positions = {Eigen::Vector3d(0.05, -0.02, 0.01), Eigen::Vector3d(0.80, 0.95, 0.87)};
  return structure;
}

Structure with_boundaries(Structure structure, std::array<bool, 3> periodic) {
  structure.cell.periodic = periodic;
  return structure;
}

Structure moved_by_cells(Structure structure) {
  for (std::size_t i = 0; i < structure.size(); ++i)
    structure.positions[i] +=
        structure.cell.vectors.transpose() * Eigen::Vector3d(static_cast<double>(i % 3) - 1, 2, static_cast<double>(i % 2));
  return structure;
}

std::vector<Case> cases() {
  const auto c = elements({"C"}), cn = elements({"C", "N"}), chn = elements({"C", "H", "N"}),
             chno = elements({"C", "H", "N", "O"});
  std::vector<Case> out;
  const auto add = [&](std::string name, BasisSet basis, Structure structure) {
    out.push_back({std::move(name), std::move(basis), std::move(structure)});
  };
  add("one_element", mixed_basis(c, 1), random_structure(c, 7, 4.5, 1.2, 1));
  add("two_elements", mixed_basis(cn, 2), random_structure(cn, 8, 4.8, 1.2, 2));
  add("three_elements", mixed_basis(chn, 3), random_structure(chn, 9, 5.0, 1.2, 3));
  add("four_elements", mixed_basis(chno, 4, {.triplet_order = 3, .quadruplet_order = 2}), random_structure(chno, 9, 5.2, 1.2, 4));
  add("absent_sections", mixed_basis(chn, 5, {.absent = 0.5}), random_structure(chn, 9, 5.0, 1.2, 5));
  add("unknown_element", mixed_basis(cn, 6), random_structure(chn, 9, 5.0, 1.2, 6));
  add("wide_spread_of_cutoffs", mixed_basis(cn, 7, {.smallest_outer = 1.6, .largest_outer = 4.5}),
      random_structure(cn, 8, 5.2, 1.2, 7));
  add("special_inner_cutoffs_with_atoms_below", mixed_basis(cn, 8, {.inner = 1.4}), random_structure(cn, 8, 4.8, 1.2, 8));
  add("tiny_cell", mixed_basis(c, 9, {.smallest_outer = 3.4, .largest_outer = 4.0}), small_diamond(c));
  add("tiny_cell_of_two_elements",
      mixed_basis(cn, 10, {.triplet_order = 3, .quadruplet_order = 2, .smallest_outer = 3.4, .largest_outer = 4.0}),
      small_diamond(cn));
  // More neighbours than one 64-bit word and every one of them a copy of two atoms; triplets only, for the reference's sake.
  add("tiny_cell_wide_cutoff",
      mixed_basis(cn, 11, {.triplet_order = 3, .quadruplet_order = 0, .smallest_outer = 7.5, .largest_outer = 8.0}),
      small_diamond(cn));
  add("many_neighbors",
      mixed_basis(c, 12,
                  {.triplet_order = 2, .quadruplet_order = 2, .order_spread = 0, .smallest_outer = 4.5, .largest_outer = 4.6}),
      small_diamond(c));
  add("unwrapped_positions", mixed_basis(cn, 13), moved_by_cells(random_structure(cn, 8, 4.8, 1.2, 13)));
  add("open", mixed_basis(cn, 14), with_boundaries(random_structure(cn, 9, 4.2, 1.2, 14), {false, false, false}));
  add("slab", mixed_basis(cn, 15), with_boundaries(random_structure(cn, 8, 4.8, 1.2, 15), {true, true, false}));
  Structure no_cell = with_boundaries(random_structure(cn, 8, 4.2, 1.2, 16), {false, false, false});
  no_cell.cell.vectors.setZero();
  add("without_volume", mixed_basis(cn, 16), no_cell);
  add("pairs_only", mixed_basis(cn, 17, {.triplet_order = 0, .quadruplet_order = 0}), random_structure(cn, 8, 4.8, 1.2, 17));
  add("triplets_only", mixed_basis(cn, 18, {.pair_order = 0, .quadruplet_order = 0}), random_structure(cn, 8, 4.8, 1.2, 18));
  add("quadruplets_only", mixed_basis(cn, 19, {.pair_order = 0, .triplet_order = 0}), random_structure(cn, 8, 4.8, 1.2, 19));
  add("several_groups", mixed_basis(cn, 20, {.triplet_order = 3, .quadruplet_order = 2}), random_structure(cn, 21, 6.8, 1.2, 20));
  Structure lone = random_structure(c, 1, 30, 1, 21);
  add("lone_atom", mixed_basis(c, 21), lone);

  unsigned seed = 30;
  for (const CoordinateKind coordinate : {CoordinateKind::morse, CoordinateKind::inverse, CoordinateKind::direct})
    for (const SmoothingKind smoothing : {SmoothingKind::cubic, SmoothingKind::tersoff})
      for (const BelowInner below : {BelowInner::smooth, BelowInner::zero_slope, BelowInner::constant_slope}) {
        ++seed;
        add(std::string(to_string(coordinate)) + "_" + to_string(smoothing) + "_" + to_string(below),
            mixed_basis(
                cn, seed,
                {.triplet_order = 3, .quadruplet_order = 2, .inner = 1.25, .form = {coordinate, {smoothing, 0.6}, below}}),
            random_structure(cn, 7, 4.6, 1.2, seed));
      }
  // Kernels made for an order, and the general ones above six and sixteen. Few clusters: the reference is slow there.
  for (int order = 2; order <= 7; ++order) {
    ++seed;
    add("quadruplet_order_" + std::to_string(order),
        mixed_basis(cn, seed, {.pair_order = 2, .triplet_order = 0, .quadruplet_order = order, .order_spread = 0}),
        with_boundaries(random_structure(cn, 6, 3.2, 1.2, seed), {false, false, false}));
  }
  for (int order = 2; order <= 18; ++order) {
    ++seed;
    add("triplet_order_" + std::to_string(order),
        mixed_basis(cn, seed, {.pair_order = 0, .triplet_order = order, .quadruplet_order = 0, .order_spread = 0}),
        random_structure(cn, 6, 4.4, 1.2, seed));
  }
  return out;
}

double norm(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum);
}

/// Every row to `tolerance` of its norm. Where a row vanishes by symmetry its rounding is measured by the largest row's.
void expect_same_rows(const StructureRows& found, const StructureRows& expected) {
  ASSERT_EQ(found.rows(), expected.rows());
  ASSERT_EQ(found.columns(), expected.columns());
  double largest = 0;
  for (std::size_t r = 0; r < expected.rows(); ++r) largest = std::max(largest, norm(expected.row(r)));
  ASSERT_GT(largest, 0);
  for (std::size_t r = 0; r < expected.rows(); ++r) {
    std::vector<double> difference(expected.columns());
    for (std::size_t c = 0; c < difference.size(); ++c) difference[c] = found.row(r)[c] - expected.row(r)[c];
    EXPECT_LE(norm(difference), tolerance * std::max(norm(expected.row(r)), 1e-4 * largest))
        << "row " << r << " of " << expected.rows();
  }
}

class MomentKernel : public ::testing::TestWithParam<Case> {};

TEST_P(MomentKernel, RowsEqualTheReference) {
  const auto& [name, basis, structure] = GetParam();
  const StructureRows expected = reference_rows(basis, structure);
  for (const SimdLevel level : supported_simd_levels()) {
    SCOPED_TRACE(to_string(level));
    expect_same_rows(MomentRows(basis, {}, level).rows(structure), expected);
  }
}

TEST_P(MomentKernel, EnergyForcesAndVirialEqualTheReference) {
  const auto& [name, basis, structure] = GetParam();
  const std::vector<double> coefficients = random_coefficients(basis, 5);
  const ClusterEnergy expected = reference_energy(basis, coefficients, structure);
  // The energy is a sum of terms of either sign: its rounding is that of their absolute values.
  const StructureRows rows = reference_rows(basis, structure);
  double energy_scale = 0;
  for (std::size_t c = 0; c < rows.columns(); ++c) energy_scale += std::abs(rows.row(rows.rows() - 1)[c] * coefficients[c]);
  double force_scale = 1e-6 * energy_scale;
  for (const Eigen::Vector3d& force : expected.forces) force_scale = std::max(force_scale, force.norm());
  const double virial_scale = std::max(expected.virial.norm(), energy_scale);
  for (const SimdLevel level : supported_simd_levels()) {
    SCOPED_TRACE(to_string(level));
    const ClusterEnergy found = MomentEnergy(basis, coefficients, level).evaluate(structure);
    EXPECT_LE(std::abs(found.energy - expected.energy), tolerance * energy_scale);
    EXPECT_LE((found.virial - expected.virial).norm(), tolerance * virial_scale);
    ASSERT_EQ(found.forces.size(), expected.forces.size());
    ASSERT_EQ(found.atom_energies.size(), expected.atom_energies.size());
    for (std::size_t i = 0; i < found.forces.size(); ++i) {
      EXPECT_LE((found.forces[i] - expected.forces[i]).norm(), tolerance * force_scale) << "atom " << i;
      EXPECT_LE(std::abs(found.atom_energies[i] - expected.atom_energies[i]), tolerance * energy_scale) << "atom " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, MomentKernel, ::testing::ValuesIn(cases()),
                         [](const auto& instance) { return instance.param.name; });

TEST(MomentRows, PairsBelowTheInnerCutoffAreSkippedWhenAsked) {
  const auto cn = elements({"C", "N"});
  const BasisSet basis = mixed_basis(cn, 8, {.inner = 1.4});
  const Structure structure = random_structure(cn, 8, 4.8, 1.2, 8);
  const RowOptions skip{.skip_pairs_below_inner = true};
  const StructureRows all = reference_rows(basis, structure);
  const StructureRows expected = reference_rows(basis, structure, skip);
  ASSERT_NE(all.values(), expected.values()) << "no pair is below the inner cutoff";
  for (const SimdLevel level : supported_simd_levels())
    expect_same_rows(MomentRows(basis, skip, level).rows(structure), expected);
}

TEST(MomentEnergy, TypesWithoutCoefficientsDoNothing) {
  const auto cn = elements({"C", "N"});
  const BasisSet basis = mixed_basis(cn, 2);
  const Structure structure = random_structure(cn, 8, 4.8, 1.2, 2);
  std::vector<double> coefficients = random_coefficients(basis, 5);
  for (std::size_t t = 0; t < basis.types().size(); t += 2)
    std::fill_n(coefficients.begin() + basis.first_column(t), basis.types()[t].columns(), 0.0);
  const ClusterEnergy expected = reference_energy(basis, coefficients, structure);
  const ClusterEnergy found = MomentEnergy(basis, coefficients).evaluate(structure);
  EXPECT_NEAR(found.energy, expected.energy, tolerance * std::abs(expected.energy));
  for (std::size_t i = 0; i < structure.size(); ++i)
    EXPECT_LE((found.forces[i] - expected.forces[i]).norm(), tolerance * (1 + expected.forces[i].norm()));
}

TEST(MomentEnergy, RefusesAnotherNumberOfCoefficients) {
  const BasisSet basis = mixed_basis(elements({"C"}), 1);
  EXPECT_THROW(MomentEnergy(basis, std::vector<double>(3)), ShapeError);
}

class Threads : public ::testing::Test {
protected:
  ~Threads() override { set_threads(before_); }
  int before_ = threads();
};

TEST_F(Threads, DoNotChangeABit) {
  const auto cn = elements({"C", "N"});
  const BasisSet basis = mixed_basis(cn, 20, {.triplet_order = 4, .quadruplet_order = 3});
  const Structure structure = random_structure(cn, 40, 8.5, 1.2, 20);
  const std::vector<double> coefficients = random_coefficients(basis, 5);
  for (const SimdLevel level : supported_simd_levels()) {
    SCOPED_TRACE(to_string(level));
    const MomentRows rows(basis, {}, level);
    const MomentEnergy energy(basis, coefficients, level);
    set_threads(1);
    const StructureRows rows_of_one = rows.rows(structure);
    const ClusterEnergy energy_of_one = energy.evaluate(structure);
    for (const int count : {2, 3, 5}) {
      set_threads(count);
      EXPECT_EQ(rows.rows(structure).values(), rows_of_one.values()) << count << " threads";
      const ClusterEnergy found = energy.evaluate(structure);
      EXPECT_EQ(found.energy, energy_of_one.energy);
      EXPECT_EQ(found.forces, energy_of_one.forces);
      EXPECT_EQ(found.virial, energy_of_one.virial);
    }
  }
}

class SimdEnvironment : public ::testing::Test {
protected:
  ~SimdEnvironment() override { unsetenv("CARILLON_SIMD"); }
};

TEST_F(SimdEnvironment, ChoosesTheLevel) {
  const BasisSet basis = mixed_basis(elements({"C"}), 1);
  for (const SimdLevel level : supported_simd_levels()) {
    setenv("CARILLON_SIMD", to_string(level), 1);
    EXPECT_EQ(MomentRows(basis).level(), level);
    EXPECT_EQ(MomentEnergy(basis, std::vector<double>(static_cast<std::size_t>(basis.columns()), 1.0)).level(), level);
  }
  unsetenv("CARILLON_SIMD");
  EXPECT_EQ(default_simd_level(), supported_simd_levels().back());
  setenv("CARILLON_SIMD", "sse9", 1);
  EXPECT_THROW(default_simd_level(), InputError);
}

}  // namespace
}  // namespace carillon
