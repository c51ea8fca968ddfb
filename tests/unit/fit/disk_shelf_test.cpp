#include "carillon/fit/disk_shelf.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::TemporaryFolder;

TriangularFactor factor_with(double number) {
  TriangularFactor factor(3);
  factor.absorb(std::vector<double>{number, 2, 3, 4, 5, 7, 1, 1, number}, 3);
  return factor;
}

class DiskShelfTest : public ::testing::Test {
protected:
  static constexpr std::size_t one_factor = 6 * sizeof(double);

  long files() const {
    long count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path("checkpoint")))
      count += entry.path().filename().string().starts_with("waiting_step_");
    return count;
  }
  Checkpoint open() const { return {folder_.path("checkpoint"), {{"recipe", "r"}}, Communicator(), false}; }

  TemporaryFolder folder_;
};

TEST_F(DiskShelfTest, IdentityFactorsComeBackAndOnlyTheFirstStayInMemory) {
  Checkpoint store = open();
  DiskShelf shelf(&store, "step_1_C", 2 * one_factor + 1);
  for (long k = 0; k < 5; ++k) shelf.put(k, factor_with(0.1 + static_cast<double>(k)));
  EXPECT_EQ(files(), 3);
  for (const long k : {4L, 0L, 2L, 1L, 3L})
    EXPECT_TRUE(shelf.take(k).serialize() == factor_with(0.1 + static_cast<double>(k)).serialize()) << k;
  EXPECT_EQ(files(), 0);
  shelf.put(7, factor_with(1));
  EXPECT_EQ(files(), 0) << "there is room in memory again";
}

TEST_F(DiskShelfTest, AUnitThatTheCheckpointHasIsNotWrittenAgain) {
  Checkpoint store = open();
  std::vector<long> asked;
  const auto kept = [&](long unit) -> std::optional<TriangularFactor> {
    asked.push_back(unit);
    if (unit == 5) return {};
    return factor_with(static_cast<double>(unit));
  };
  DiskShelf shelf(&store, "step_1_C", one_factor, kept);
  for (const long unit : {3L, 4L, 5L}) shelf.put_unit(10 + unit, unit, factor_with(static_cast<double>(unit)));
  EXPECT_EQ(files(), 0);
  EXPECT_TRUE(shelf.take(14).serialize() == factor_with(4).serialize());
  EXPECT_TRUE(shelf.take(13).serialize() == factor_with(3).serialize()) << "from memory";
  EXPECT_THROW(shelf.take(15), FileError) << "the checkpoint has lost it";
  EXPECT_THROW(shelf.take(14), DomainError) << "taken before";
  EXPECT_EQ(asked, (std::vector<long>{4, 5}));
}

TEST_F(DiskShelfTest, WithoutAStoreAllStaysInMemory) {
  DiskShelf shelf(nullptr, "step_1_C", 0);
  shelf.put(3, factor_with(1));
  EXPECT_TRUE(shelf.take(3).serialize() == factor_with(1).serialize());
}

TEST_F(DiskShelfTest, NothingStaysBehind) {
  Checkpoint store = open();
  {
    DiskShelf shelf(&store, "step_1_C", 0);
    shelf.put(0, factor_with(1));
    EXPECT_EQ(files(), 1);
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(DiskShelfTest, WhatAKilledRunLeftIsThrownAway) {
  {
    Checkpoint store = open();
    store.save("waiting_step_1_C_0", "bytes");
    store.save("step_1_C_unit_0", "bytes");
  }
  const Checkpoint store = open();
  EXPECT_TRUE(store.resumed());
  EXPECT_EQ(files(), 0);
  EXPECT_TRUE(store.has("step_1_C_unit_0"));
}

TEST_F(DiskShelfTest, ADamagedFileIsAnError) {
  Checkpoint store = open();
  DiskShelf shelf(&store, "step_1_C", 0);
  shelf.put(0, factor_with(1));
  store.save("waiting_step_1_C_0", "bytes");
  EXPECT_THROW(shelf.take(0), FileError);
}

}  // namespace
}  // namespace carillon
