#include "carillon/fit/checkpoint.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "support/temporary_file.hpp"
#include "unit/fit/made_data.hpp"

// Fits that are killed and go on: tests/resume.

namespace carillon {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

const FitIdentity identity{{"recipe", "r"}, {"data file a.extxyz", "d"}};

class CheckpointTest : public ::testing::Test {
protected:
  Checkpoint open(const FitIdentity& which = identity, bool start_anew = false) const {
    return {path(), which, Communicator(), start_anew};
  }
  std::string path(const std::string& name = "") const {
    return folder_.path("out/checkpoint" + (name.empty() ? "" : "/" + name));
  }
  std::string bytes_of(const std::string& name) const { return std::string(TextFile(path(name)).text()); }
  void overwrite(const std::string& name, std::string_view bytes) const { folder_.file("out/checkpoint/" + name, bytes); }

  TemporaryFolder folder_;
};

TEST_F(CheckpointTest, ASecondRunFindsWhatTheFirstSaved) {
  {
    Checkpoint first = open();
    EXPECT_FALSE(first.resumed());
    first.save("unit", std::string_view("a\0b", 3));
  }
  Checkpoint second = open();
  EXPECT_TRUE(second.resumed());
  EXPECT_TRUE(second.has("unit"));
  EXPECT_EQ(second.load("unit"), std::string("a\0b", 3));
  EXPECT_EQ(second.load("another"), std::nullopt);
  EXPECT_TRUE(second.take_complaints().empty()) << "what was never saved is not damaged";
}

TEST_F(CheckpointTest, SavingAgainReplacesAndRemovingRemoves) {
  Checkpoint checkpoint = open();
  checkpoint.save("unit", "one");
  checkpoint.save("unit", "");
  EXPECT_EQ(checkpoint.load("unit"), "");
  checkpoint.remove("unit");
  EXPECT_FALSE(checkpoint.has("unit"));
}

// Fuzz: every truncation and every flipped bit of a file.
TEST_F(CheckpointTest, DamageIsReportedAndNeverGivenBack) {
  Checkpoint checkpoint = open();
  checkpoint.save("unit", "some bytes");
  const std::string sound = bytes_of("unit.piece");
  for (std::size_t length = 0; length < sound.size(); ++length) {
    overwrite("unit.piece", sound.substr(0, length));
    EXPECT_EQ(checkpoint.load("unit"), std::nullopt) << length;
    EXPECT_EQ(checkpoint.take_complaints().size(), 1u);
  }
  for (std::size_t k = 0; k < 8 * sound.size(); ++k) {
    std::string flipped = sound;
    flipped[k / 8] = static_cast<char>(flipped[k / 8] ^ (1 << k % 8));
    overwrite("unit.piece", flipped);
    EXPECT_EQ(checkpoint.load("unit"), std::nullopt) << "bit " << k;
  }
  EXPECT_EQ(checkpoint.take_complaints().back(), path("unit.piece") + ": is damaged: its checksum does not fit");
  overwrite("unit.piece", sound);
  EXPECT_EQ(checkpoint.load("unit"), "some bytes");
}

TEST_F(CheckpointTest, APieceUnderAnotherNameIsDamaged) {
  Checkpoint checkpoint = open();
  checkpoint.save("unit_1", "bytes");
  overwrite("unit_2.piece", bytes_of("unit_1.piece"));
  EXPECT_EQ(checkpoint.load("unit_2"), std::nullopt);
}

TEST_F(CheckpointTest, APieceOfAnotherFitIsDamaged) {
  open().save("unit", "bytes");
  const std::string other = bytes_of("unit.piece");
  Checkpoint checkpoint = open({{"recipe", "another"}}, true);
  overwrite("unit.piece", other);
  EXPECT_EQ(checkpoint.load("unit"), std::nullopt);
}

TEST_F(CheckpointTest, AnotherFitIsRefusedByNameOfWhatDiffers) {
  open().save("unit", "bytes");
  const FitIdentity other{{"recipe", "r"}, {"data file a.extxyz", "changed"}, {"frozen block C", "c"}};
  EXPECT_EQ(message_of<InputError>([&] { open(other); }),
            path() +
                ": belongs to another fit; different are: data file a.extxyz, frozen block C. Run that fit's command to continue "
                "it, or pass --overwrite to start anew");
  EXPECT_EQ(open().load("unit"), "bytes") << "a refusal may not touch anything";
}

TEST_F(CheckpointTest, StartingAnewThrowsAwayAnotherFitButGoesOnWithThisOne) {
  open().save("unit", "bytes");
  EXPECT_TRUE(open(identity, true).has("unit"));
  {
    const Checkpoint anew = open({{"recipe", "another"}}, true);
    EXPECT_FALSE(anew.resumed());
    EXPECT_FALSE(anew.has("unit"));
  }
  EXPECT_FALSE(open(identity, true).has("unit"));
}

TEST_F(CheckpointTest, ADamagedIdentityIsReportedAndNothingOfItTrusted) {
  open().save("unit", "bytes");
  for (const char* damaged : {"", "{\"recipe\": \"r\"", "[1, 2]", "{\"recipe\": 3}"}) {
    overwrite("identity.json", damaged);
    Checkpoint checkpoint = open();
    EXPECT_FALSE(checkpoint.resumed());
    EXPECT_FALSE(checkpoint.has("unit"));
    EXPECT_EQ(checkpoint.take_complaints(),
              std::vector<std::string>{path("identity.json") + ": cannot be read; the fit starts anew"});
  }
}

TEST_F(CheckpointTest, TwoRunsAtOnceAreRefused) {
  const Checkpoint first = open();
  EXPECT_EQ(message_of<InputError>([&] { open(); }), path("lock") + ": is held by another process that is still running");
}

TEST_F(CheckpointTest, HalvesOfFilesOfAKilledRunAreRemoved) {
  open();
  overwrite("unit.piece.part123", "half");
  open();
  EXPECT_FALSE(std::filesystem::exists(path("unit.piece.part123")));
}

TEST_F(CheckpointTest, FinishLeavesNothing) {
  Checkpoint checkpoint = open();
  checkpoint.save("unit", "bytes");
  EXPECT_TRUE(Checkpoint::exists_in(path()));
  checkpoint.finish();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(CheckpointTest, OnlyRemainsWithoutIdentityAreRemoved) {
  open().save("unit", "bytes");
  Checkpoint::remove_remains(path());
  EXPECT_TRUE(std::filesystem::exists(path("unit.piece")));
  std::filesystem::remove(path("identity.json"));
  EXPECT_FALSE(Checkpoint::exists_in(path()));
  Checkpoint::remove_remains(path());
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(CheckpointTest, WhatSomebodyElsePutThereIsNeverTouched) {
  // A folder of that name that never was a checkpoint; even names like ours are not ours without a lock beside them.
  for (const char* name : {"notes.txt", "a.piece", "a.partial", "deep/a.piece"}) {
    std::filesystem::remove_all(path());
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    overwrite(name, "mine");
    Checkpoint::remove_remains(path());
    EXPECT_EQ(bytes_of(name), "mine");
  }
  // And things beside a checkpoint: thrown away, gone on with and finished.
  open().save("unit", "bytes");
  for (const char* name : {"notes.txt", "unit.partial", "notes.part7", "deep/unit.piece"}) overwrite(name, "mine");
  open();
  Checkpoint checkpoint = open({{"recipe", "another"}}, true);
  EXPECT_FALSE(checkpoint.has("unit"));
  checkpoint.finish();
  for (const char* name : {"notes.txt", "unit.partial", "notes.part7", "deep/unit.piece"}) EXPECT_EQ(bytes_of(name), "mine");
  EXPECT_FALSE(std::filesystem::exists(path("identity.json")));
  EXPECT_FALSE(std::filesystem::exists(path("lock")));
}

TEST_F(CheckpointTest, RemainsOfAFitThatIsRunningStay) {
  const Checkpoint running = open();
  std::filesystem::remove(path("identity.json"));  // as before it is written
  EXPECT_EQ(message_of<InputError>([&] { Checkpoint::remove_remains(path()); }),
            path("lock") + ": is held by another process that is still running");
  EXPECT_TRUE(std::filesystem::exists(path("lock")));
}

TEST_F(CheckpointTest, AFullDiskIsAnErrorAndKeepsTheEarlierPiece) {
  Checkpoint checkpoint = open();
  checkpoint.save("unit", "earlier");
  std::filesystem::create_symlink("/dev/full", path("unit.piece.part" + std::to_string(getpid())));
  EXPECT_EQ(message_of<FileError>([&] { checkpoint.save("unit", "later"); }),
            path("unit.piece") + ": cannot be written: No space left on device");
  EXPECT_EQ(checkpoint.load("unit"), "earlier");
}

TEST(FitIdentity, DoesNotDependOnTheFolderAProgramIsCalledFrom) {
  const TemporaryFolder folder;
  Recipe recipe;
  recipe.data = {{folder.path("made.extxyz"), {}}};
  const FitIdentity from_afar = fit_identity(recipe, testing::made_dataset(folder, {{"one", {"C"}, 4, 2}}));
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path(""));
  recipe.data = {{"made.extxyz", {}}};
  const FitIdentity from_here = fit_identity(recipe, Dataset(recipe.data));
  std::filesystem::current_path(before);
  EXPECT_EQ(from_here, from_afar);
}

TEST(FitIdentity, NamesWhatChanges) {
  const TemporaryFolder folder;
  const Dataset data = testing::made_dataset(folder, {{"one", {"C"}, 4, 2}});
  const Recipe recipe;
  const FitIdentity before = fit_identity(recipe, data);
  EXPECT_EQ(fit_identity(recipe, data), before);

  Recipe other = recipe;
  other.split.seed += 1;
  other.split.kind = SplitSpec::Kind::fraction;
  EXPECT_NE(fit_identity(other, data).at("recipe"), before.at("recipe"));

  const TemporaryFolder elsewhere;
  const Dataset changed = testing::made_dataset(elsewhere, {{"one", {"C"}, 4, 3}});
  EXPECT_NE(fit_identity(recipe, changed).at("data file " + elsewhere.path("made.extxyz")),
            before.at("data file " + folder.path("made.extxyz")));

  DataOptions relabelled;
  relabelled.label = "another";
  const Dataset same_file({{folder.path("made.extxyz"), relabelled}});
  EXPECT_NE(fit_identity(recipe, same_file).at("labels or temperatures"), before.at("labels or temperatures"));
}

}  // namespace
}  // namespace carillon
