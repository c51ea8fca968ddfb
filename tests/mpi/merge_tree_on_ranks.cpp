// Invariance of the merge tree under the number of ranks, their owners and threads, bit for bit; and the end of all ranks
// when one fails. Every check compares with the same work done by this process alone.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "carillon/core/error.hpp"
#include "carillon/solve/merge_tree.hpp"
#include "mpi/on_ranks.hpp"

namespace carillon {
namespace {

using testing::world;

constexpr long columns = 150;

/// Units of 1 to 120 rows: trapezoids and merges that outgrow them.
TriangularFactor make_unit(long unit) {
  std::mt19937_64 generator(static_cast<unsigned long>(unit) + 1);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  const long rows = 1 + 17 * unit % 120;
  std::vector<double> values(static_cast<std::size_t>(rows * columns));
  for (double& x : values) x = uniform(generator);
  TriangularFactor factor(columns);
  factor.absorb(values, rows);
  return factor;
}

/// Groups of unequal size, their units mixed with each other's; group 2 has none.
UnitPlan plan_of(std::vector<int> owners) {
  UnitPlan plan{columns, std::move(owners), {}};
  for (long unit = 0; unit < plan.units(); ++unit) plan.group.push_back(unit % 5 == 0 ? 3 : unit / 9 % 2);
  return plan;
}

std::vector<int> owners_alone(long units) { return std::vector<int>(static_cast<std::size_t>(units), 0); }

std::vector<int> owners_in_turn(long units) {
  std::vector<int> owners;
  for (long unit = 0; unit < units; ++unit) owners.push_back(static_cast<int>(unit % world->size()));
  return owners;
}

std::vector<int> owners_from_the_back(long units) {
  std::vector<int> owners = UnitPlan::contiguous_owners(units, world->size());
  return {owners.rbegin(), owners.rend()};
}

void expect_same(const std::vector<TriangularFactor>& found, const std::vector<TriangularFactor>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t g = 0; g < wanted.size(); ++g) EXPECT_TRUE(found[g].serialize() == wanted[g].serialize()) << "group " << g;
}

TEST(MergeTree, InvarianceOfRanksOwnersAndThreadsBitForBit) {
  for (const long units : {1L, 2L, 3L, 5L, 8L, 21L}) {
    set_threads(1);
    const std::vector<TriangularFactor> wanted = combine_units(Communicator(), plan_of(owners_alone(units)), make_unit);
    set_threads(1 + world->rank() % 2);
    for (const auto& owners :
         {UnitPlan::contiguous_owners(units, world->size()), owners_in_turn(units), owners_from_the_back(units)}) {
      const auto found = combine_units(*world, plan_of(owners), make_unit);
      if (world->is_root())
        expect_same(found, wanted);
      else
        EXPECT_TRUE(found.empty());
    }
  }
}

TEST(MergeTree, AnErrorOnOneRankEndsAllWithItsMessage) {
  const long units = 12;
  for (long bad = 0; bad < units; ++bad) {
    const auto fails = [bad](long unit) {
      if (unit == bad) throw InputError("unit " + std::to_string(unit) + " is bad");
      return make_unit(unit);
    };
    try {
      combine_units(*world, plan_of(owners_in_turn(units)), fails);
      ADD_FAILURE() << "no error on rank " << world->rank();
    } catch (const Error& problem) {
      EXPECT_EQ(problem.what(), "unit " + std::to_string(bad) + " is bad");
    }
  }
  // And the ranks are still in step.
  const auto after = combine_units(*world, plan_of(owners_in_turn(units)), make_unit);
  if (world->is_root()) expect_same(after, combine_units(Communicator(), plan_of(owners_alone(units)), make_unit));
}

/// While it lives, this process cannot get much more memory than it has.
class MemoryLimit {
public:
  explicit MemoryLimit(std::size_t more) {
    getrlimit(RLIMIT_AS, &before_);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit limit = before_;
    limit.rlim_cur = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + more;
    setrlimit(RLIMIT_AS, &limit);
  }
  ~MemoryLimit() { setrlimit(RLIMIT_AS, &before_); }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

private:
  rlimit before_{};
};

/// 36 MB: more than an allocator has lying about.
TriangularFactor large_factor() {
  const long n = 3000;
  return TriangularFactor::from_packed(n, n, n, LargeVector(TriangularFactor::packed_size(n, n), 1.0));
}

/// The rank that makes a factor has the memory, the one that is to take it has not: the maker must not wait for it.
TEST(MergeTree, ARankWithoutRoomForAFactorEndsAll) {
  struct Case {
    std::vector<int> owners;
    int poor;          ///< rank
    std::size_t room;  ///< bytes
  };
  std::vector<Case> cases;
  if (world->size() > 1) cases.push_back({{1}, 0, 20u << 20});     // the root is to take a finished group
  if (world->size() > 2) cases.push_back({{1, 2}, 1, 60u << 20});  // rank 1 is to merge, with one factor of its own
  for (const Case& one : cases) {
    const UnitPlan plan{3000, one.owners, {}};
    std::optional<MemoryLimit> limit;
    if (world->rank() == one.poor) limit.emplace(one.room);
    EXPECT_THROW(combine_units(*world, plan, [](long) { return large_factor(); }), AgreedMemoryError);
  }
  const auto after = combine_units(*world, plan_of(owners_in_turn(5)), make_unit);
  if (world->is_root()) expect_same(after, combine_units(Communicator(), plan_of(owners_alone(5)), make_unit));
}

TEST(MergeTree, ARankWithoutRoomForASharedFactorEndsAll) {
  if (world->size() == 1) GTEST_SKIP() << "one rank sends nothing";
  std::vector<TriangularFactor> factors;
  if (world->is_root()) factors.assign(2, large_factor());
  std::optional<MemoryLimit> limit;
  if (world->rank() == 1) limit.emplace(20u << 20);
  EXPECT_THROW(share_factors(*world, factors, world->size()), AgreedMemoryError);
}

TEST(MergeTree, ErrorsOnTwoRanksNameTheLowestRank) {
  const long units = 9;
  const auto fails = [](long unit) -> TriangularFactor { throw InputError("unit " + std::to_string(unit) + " is bad"); };
  try {
    combine_units(*world, plan_of(UnitPlan::contiguous_owners(units, world->size())), fails);
    ADD_FAILURE() << "no error on rank " << world->rank();
  } catch (const Error& problem) {
    EXPECT_STREQ(problem.what(), "unit 0 is bad");
  }
}

TEST(MergeTree, SharedFactorsArriveOnTheFirstRanks) {
  for (int ranks = 1; ranks <= world->size(); ++ranks) {
    std::vector<TriangularFactor> wanted;
    for (long unit = 0; unit < 3; ++unit) wanted.push_back(make_unit(unit));
    const auto found = share_factors(*world, world->is_root() ? wanted : std::vector<TriangularFactor>(), ranks);
    if (world->rank() > 0 && world->rank() < ranks)
      expect_same(found, wanted);
    else
      EXPECT_TRUE(found.empty());
  }
}

}  // namespace
}  // namespace carillon

int main(int argc, char** argv) { return carillon::testing::run_on_ranks(argc, argv); }
