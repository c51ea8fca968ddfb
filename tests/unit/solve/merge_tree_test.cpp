#include "carillon/solve/merge_tree.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <set>

#include "carillon/core/error.hpp"
#include "unit/solve/random_rows.hpp"

// With several ranks: tests/mpi/merge_tree_on_ranks.cpp.

namespace carillon {
namespace {

using testing::dense;
using testing::factor_of;
using testing::random_rows;
using testing::RowMatrix;

constexpr long columns = 40;

RowMatrix unit_rows(long unit) { return random_rows(7 + unit, columns, static_cast<unsigned>(unit)); }

UnitPlan plan_alone(long units) { return {columns, std::vector<int>(static_cast<std::size_t>(units), 0), {}}; }

TEST(MergeTree, IdentityOneGroupHoldsAllRows) {
  const long units = 11;
  std::vector<long> made;
  const auto factors = combine_units(Communicator(), plan_alone(units), [&](long unit) {
    made.push_back(unit);
    return factor_of(unit_rows(unit));
  });
  ASSERT_EQ(factors.size(), 1u);
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(columns, columns);
  long rows = 0;
  for (long unit = 0; unit < units; ++unit) {
    gram += unit_rows(unit).transpose() * unit_rows(unit);
    rows += unit_rows(unit).rows();
    EXPECT_EQ(made[static_cast<std::size_t>(unit)], unit) << "units are made in ascending order, each once";
  }
  EXPECT_EQ(made.size(), static_cast<std::size_t>(units));
  EXPECT_EQ(factors[0].row_count(), rows);
  const Eigen::MatrixXd r = dense(factors[0]);
  EXPECT_LT((r.transpose() * r - gram).norm(), 1e-13 * gram.norm());
}

TEST(MergeTree, IdentityEachGroupHoldsItsOwnRows) {
  UnitPlan plan = plan_alone(6);
  plan.group = {4, 0, 4, 0, 0, 2};
  const auto factors = combine_units(Communicator(), plan, [](long unit) { return factor_of(unit_rows(unit)); });
  ASSERT_EQ(factors.size(), 5u);
  EXPECT_EQ(factors[1].row_count(), 0);
  EXPECT_EQ(factors[3].row_count(), 0);
  TriangularFactor zero = factor_of(unit_rows(1));  // the tree over units 1, 3, 4: (1 3) 4
  zero.absorb(factor_of(unit_rows(3)));
  zero.absorb(factor_of(unit_rows(4)));
  EXPECT_TRUE(factors[0].serialize() == zero.serialize());
  EXPECT_TRUE(factors[2].serialize() == factor_of(unit_rows(5)).serialize());
  EXPECT_EQ(factors[4].row_count(), unit_rows(0).rows() + unit_rows(2).rows());
}

TEST(MergeTree, AGroupDoesNotDependOnOtherGroupsUnits) {
  UnitPlan mixed = plan_alone(6);
  mixed.group = {0, 1, 0, 1, 0, 0};
  const auto both = combine_units(Communicator(), mixed, [](long unit) { return factor_of(unit_rows(unit)); });
  const long own[] = {0, 2, 4, 5};
  const auto alone = combine_units(Communicator(), plan_alone(4), [&](long unit) { return factor_of(unit_rows(own[unit])); });
  EXPECT_TRUE(both[0].serialize() == alone[0].serialize());
}

TEST(MergeTree, TreeIsBalanced) {
  const auto merged = [](TriangularFactor left, const TriangularFactor& right) {
    left.absorb(right);
    return left;
  };
  const auto unit = [](long u) { return factor_of(unit_rows(u)); };
  const TriangularFactor wanted = merged(merged(merged(unit(0), unit(1)), merged(unit(2), unit(3))), merged(unit(4), unit(5)));
  EXPECT_TRUE(combine_units(Communicator(), plan_alone(6), unit)[0].serialize() == wanted.serialize());
}

/// Counts what lies on it.
class CountingShelf : public FactorShelf {
public:
  void put(long number, TriangularFactor factor) override {
    EXPECT_FALSE(numbers_.contains(number));
    numbers_.insert(number);
    memory_.put(number, std::move(factor));
  }
  TriangularFactor take(long number) override {
    EXPECT_EQ(numbers_.erase(number), 1u) << number;
    return memory_.take(number);
  }
  void clear() override {
    numbers_.clear();
    memory_.clear();
  }
  long count() const { return static_cast<long>(numbers_.size()); }

private:
  MemoryShelf memory_;
  std::set<long> numbers_;
};

// Nothing but the shelf holds a factor while a unit is made: after u units of one group the complete subtrees, one per bit of u.
TEST(MergeTree, IdentityAllThatWaitsIsOnTheShelf) {
  const long units = 150;
  UnitPlan plan = plan_alone(units);
  for (long unit = 0; unit < units; ++unit) plan.group.push_back(unit / 50);
  CountingShelf shelf;
  const auto make = [&](long unit) {
    const long subtrees = std::popcount(static_cast<unsigned long>(unit % 50));
    EXPECT_EQ(shelf.count(), unit / 50 + subtrees) << "unit " << unit;
    return factor_of(unit_rows(unit));
  };
  const auto shelved = combine_units(Communicator(), plan, make, shelf);
  EXPECT_EQ(shelf.count(), 0);
  const auto plain = combine_units(Communicator(), plan, [](long unit) { return factor_of(unit_rows(unit)); });
  ASSERT_EQ(shelved.size(), 3u);
  for (std::size_t g = 0; g < 3; ++g) EXPECT_TRUE(shelved[g].serialize() == plain[g].serialize()) << g;
}

TEST(MergeTree, AFailedWalkLeavesTheShelfEmpty) {
  CountingShelf shelf;
  const auto make = [](long unit) -> TriangularFactor {
    if (unit == 7) throw InputError("bad");
    return factor_of(unit_rows(unit));
  };
  EXPECT_THROW(combine_units(Communicator(), plan_alone(9), make, shelf), InputError);
  EXPECT_EQ(shelf.count(), 0);
}

TEST(MergeTree, NoUnitsGiveEmptyFactors) {
  const auto factors = combine_units(Communicator(), plan_alone(0), [](long) { return TriangularFactor(columns); });
  ASSERT_EQ(factors.size(), 1u);
  EXPECT_EQ(factors[0].row_count(), 0);
}

TEST(MergeTree, RefusesPlansThatMakeNoSense) {
  const auto make = [](long) { return TriangularFactor(columns); };
  UnitPlan plan = plan_alone(2);
  plan.owner[1] = 1;
  EXPECT_THROW(combine_units(Communicator(), plan, make), DomainError);
  plan = plan_alone(2);
  plan.group = {0};
  EXPECT_THROW(combine_units(Communicator(), plan, make), ShapeError);
  plan.group = {0, -1};
  EXPECT_THROW(combine_units(Communicator(), plan, make), DomainError);
  EXPECT_THROW(combine_units(Communicator(), plan_alone(1), [](long) { return TriangularFactor(columns + 1); }), ShapeError);
  EXPECT_THROW(combine_units(Communicator(), plan_alone(3), [](long) -> TriangularFactor { throw InputError("bad"); }),
               InputError);
}

TEST(MergeTree, ContiguousOwnersShareUnitsEvenly) {
  EXPECT_EQ(UnitPlan::contiguous_owners(7, 3), (std::vector<int>{0, 0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(UnitPlan::contiguous_owners(2, 4), (std::vector<int>{0, 2}));
}

TEST(MergeTree, OwnersByCostShareCostsEvenly) {
  const auto owners = [](const std::vector<double>& costs, int ranks) { return UnitPlan::contiguous_owners(costs, ranks); };
  EXPECT_EQ(owners({1, 1, 1, 1, 1, 1}, 3), (std::vector<int>{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(owners({9, 1, 1, 1, 1, 1}, 2), (std::vector<int>{0, 1, 1, 1, 1, 1}));
  EXPECT_EQ(owners({1, 1, 1, 1, 1, 9}, 2), (std::vector<int>{0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(owners({4, 1, 2, 4, 1}, 3), (std::vector<int>{0, 0, 1, 2, 2}));
  EXPECT_EQ(owners({1, 1}, 4), (std::vector<int>{0, 1}));
  EXPECT_EQ(owners({8, 1, 1, 1}, 4), (std::vector<int>{0, 1, 2, 3})) << "no rank is idle while others have two";
  EXPECT_EQ(owners({0, 0, 0}, 2), (std::vector<int>{0, 0, 1}));
  EXPECT_TRUE(owners({}, 2).empty());
}

}  // namespace
}  // namespace carillon
