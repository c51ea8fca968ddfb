#include "carillon/solve/factorisation.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/solve/block_cyclic_factor.hpp"

namespace carillon {
namespace {

TEST(Factorisation, NamesGoBothWays) {
  for (const std::string& name : factorisation_names()) EXPECT_EQ(factorisation_name(factorisation_from_name(name)), name);
  try {
    factorisation_from_name("cyclic");
    FAIL();
  } catch (const InputError& problem) {
    EXPECT_STREQ(problem.what(), "unknown factorisation 'cyclic'; known: auto, tree, block_cyclic");
  }
}

TEST(Factorisation, AutomaticIsBlockCyclicForManyColumnsOnSeveralRanks) {
  const auto choice = [](Factorisation asked, long columns, int ranks) { return choose_factorisation(asked, columns, ranks); };
  EXPECT_EQ(choice(Factorisation::automatic, 10001, 4), Factorisation::block_cyclic);
  EXPECT_EQ(choice(Factorisation::automatic, 10000, 4), Factorisation::tree);
  EXPECT_EQ(choice(Factorisation::automatic, 10001, 3), Factorisation::tree);
  EXPECT_EQ(choice(Factorisation::tree, 50000, 64), Factorisation::tree);
  EXPECT_EQ(choice(Factorisation::block_cyclic, 10, 2), Factorisation::block_cyclic);
  EXPECT_EQ(choice(Factorisation::block_cyclic, 50000, 1), Factorisation::tree) << "nothing to share out";
}

TEST(Factorisation, BlockCyclicFactorWithoutMpiIsRefused) { EXPECT_THROW(BlockCyclicFactor(Communicator(), 10), InputError); }

}  // namespace
}  // namespace carillon
