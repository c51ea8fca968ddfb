// The block-cyclic factor against the tree's factor of the same rows, made by this process alone: another factorisation of
// the same matrix (oracle), for every shape about the block size; and the end of all ranks on bad input.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/solve/block_cyclic_factor.hpp"
#include "carillon/solve/factorisation.hpp"
#include "mpi/on_ranks.hpp"

namespace carillon {
namespace {

using testing::world;

/// Rows that a rank makes; equal on all ranks that ask for them.
std::vector<double> rows_of(int rank, long count, long columns) {
  std::mt19937_64 generator(static_cast<unsigned long>(rank) + 1);
  std::normal_distribution<double> normal;
  std::vector<double> values(static_cast<std::size_t>(count * columns));
  for (double& x : values) x = normal(generator);
  return values;
}

/// Different on each rank; the last of several has none.
long count_on(int rank, long about) { return rank > 0 && rank + 1 == world->size() ? 0 : about + 13 * rank; }

TriangularFactor factor_of(int rank, long count, long columns) {
  TriangularFactor factor(columns);
  factor.absorb(rows_of(rank, count, columns), count);
  return factor;
}

/// All ranks' rows as one factor.
TriangularFactor wanted_factor(long about, long columns) {
  TriangularFactor factor(columns);
  for (int rank = 0; rank < world->size(); ++rank) {
    const long count = count_on(rank, about);
    factor.absorb(rows_of(rank, count, columns), count);
  }
  return factor;
}

void expect_close(const TriangularFactor& found, const TriangularFactor& wanted) {
  ASSERT_EQ(found.row_count(), wanted.row_count());
  ASSERT_EQ(found.stored_rows(), wanted.stored_rows());
  double difference = 0.0;
  double size = 0.0;
  for (std::size_t k = 0; k < wanted.packed().size(); ++k) {
    difference += std::pow(found.packed()[k] - wanted.packed()[k], 2);
    size += std::pow(wanted.packed()[k], 2);
  }
  EXPECT_LE(std::sqrt(difference), 1e-12 * std::sqrt(size));
}

// Every column costs messages, and messages are slow where ranks outnumber cores: few columns, chosen about the block size.
struct Shape {
  long columns;
  long rows;  ///< about, on each rank
};

TEST(BlockCyclicFactor, OracleTreeForShapesAboutTheBlockSize) {
  for (const auto [columns, about] : {Shape{1, 7}, Shape{63, 7}, Shape{64, 90}, Shape{65, 150}, Shape{130, 40}}) {
    BlockCyclicFactor factor(*world, columns, 100);
    const long count = count_on(world->rank(), about);
    factor.absorb(rows_of(world->rank(), count, columns), count);
    const TriangularFactor found = factor.gather();
    if (world->is_root())
      expect_close(found, wanted_factor(about, columns));
    else
      EXPECT_EQ(found.row_count(), 0);
  }
}

TEST(BlockCyclicFactor, OracleTreeWithFactorsOfEachRank) {
  // The second and third step of 200 rows begin at columns 64 and 128: rows of R before them stay where they are.
  for (const auto [columns, about] : {Shape{65, 30}, Shape{140, 250}}) {
    BlockCyclicFactor factor(*world, columns, 64);
    factor.absorb(factor_of(world->rank(), count_on(world->rank(), about), columns));
    const TriangularFactor found = factor.gather();
    if (world->is_root()) expect_close(found, wanted_factor(about, columns));
  }
}

TEST(BlockCyclicFactor, RowsAndFactorsMayComeInTurn) {
  const long columns = 80;
  BlockCyclicFactor factor(*world, columns, 64);
  const long count = count_on(world->rank(), 90);
  const std::vector<double> rows = rows_of(world->rank(), count, columns);
  factor.absorb(rows, count);
  factor.absorb(factor_of(world->rank(), count, columns));
  factor.absorb(rows, count);
  const TriangularFactor found = factor.gather();
  if (!world->is_root()) return;
  TriangularFactor wanted(columns);
  for (int times = 0; times < 3; ++times) wanted.absorb(wanted_factor(90, columns));
  expect_close(found, wanted);
}

/// Two groups of units that all ranks share, and one without units.
UnitPlan plan_of(long units, long columns) {
  UnitPlan plan{columns, UnitPlan::contiguous_owners(units, world->size()), {}};
  for (long unit = 0; unit < units; ++unit) plan.group.push_back(unit % 3 == 0 ? 2 : 0);
  return plan;
}

TEST(BlockCyclicFactor, OracleTreeForUnitsOfGroups) {
  const long columns = 70;
  const UnitPlan plan = plan_of(7, columns);
  const auto make = [&](long unit) { return factor_of(static_cast<int>(unit), 10 + 9 * unit, columns); };
  const std::vector<TriangularFactor> found = combine_units_block_cyclic(*world, plan, make);
  const std::vector<TriangularFactor> wanted = combine_units(*world, plan, make);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t g = 0; g < wanted.size(); ++g) expect_close(found[g], wanted[g]);
}

TEST(BlockCyclicFactor, AnErrorInAUnitEndsAllRanks) {
  const auto fails = [](long unit) {
    if (unit == 5) throw InputError("unit 5 is bad");
    return factor_of(static_cast<int>(unit), 10, 20);
  };
  try {
    combine_units_block_cyclic(*world, plan_of(7, 20), fails);
    ADD_FAILURE() << "no error on rank " << world->rank();
  } catch (const Error& problem) {
    EXPECT_STREQ(problem.what(), "unit 5 is bad");
  }
}

TEST(BlockCyclicFactor, AUnitOfAnotherNumberOfColumnsEndsAllRanks) {
  const auto make = [](long unit) { return factor_of(static_cast<int>(unit), 10, 20); };
  try {
    combine_units_block_cyclic(*world, plan_of(7, 21), make);
    ADD_FAILURE() << "no error on rank " << world->rank();
  } catch (const Error& problem) {
    EXPECT_STREQ(problem.what(), "cannot merge factors of 21 and 20 columns");
  }
}

TEST(BlockCyclicFactor, BadRowsOnOneRankEndAll) {
  const int bad = world->size() - 1;
  BlockCyclicFactor factor(*world, 4, 64);
  std::vector<double> rows(8, 1.0);
  if (world->rank() == bad) rows[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(factor.absorb(rows, 2), Error);
  EXPECT_THROW(factor.absorb(rows, world->rank() == bad ? 3 : 2), Error);
  EXPECT_THROW(factor.absorb(TriangularFactor(world->rank() == bad ? 5 : 4)), Error);
  EXPECT_THROW(BlockCyclicFactor(*world, 0), DomainError);
  EXPECT_THROW(BlockCyclicFactor(*world, 4, 0), DomainError);
  EXPECT_EQ(factor.row_count(), 0);
}

}  // namespace
}  // namespace carillon

int main(int argc, char** argv) { return carillon::testing::run_on_ranks(argc, argv); }
