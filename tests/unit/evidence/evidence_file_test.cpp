#include "carillon/evidence/evidence_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "carillon/block/block_file.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/hdf5.hpp"
#include "made_evidence.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::made_evidence;
using testing::message_of;
using testing::TemporaryFolder;

void expect_same(const Evidence& found, const Evidence& expected) {
  EXPECT_EQ(found.level, expected.level);
  EXPECT_EQ(found.form, expected.form);
  EXPECT_EQ(found.folds, expected.folds);
  EXPECT_EQ(found.settings, expected.settings);
  EXPECT_EQ(found.prior_mean, expected.prior_mean);
  EXPECT_EQ(columns_checksum(found), columns_checksum(expected));
  ASSERT_EQ(found.parents.size(), expected.parents.size());
  for (std::size_t k = 0; k < found.parents.size(); ++k)
    EXPECT_EQ(block_checksum(found.parents[k]), block_checksum(expected.parents[k]));
  EXPECT_EQ(found.blocks.at(0).coefficients, expected.blocks.at(0).coefficients);
  EXPECT_EQ(found.blocks.at(0).provenance.frames, expected.blocks.at(0).provenance.frames);
  ASSERT_EQ(found.groups.size(), expected.groups.size());
  for (const auto& [key, factor] : expected.groups)
    EXPECT_EQ(found.groups.at(key).serialize(), factor.serialize()) << key.label << " fold " << key.fold;
}

TEST(EvidenceFile, RoundTripIsExact) {
  const TemporaryFolder folder;
  Evidence evidence = made_evidence();
  evidence.form = {true, true, 2.0};
  evidence.prior_mean = {0.1, -2, 3};
  write_evidence(folder.path("e.h5"), evidence);
  expect_same(read_evidence(folder.path("e.h5")), evidence);
  collapse_groups(evidence);
  evidence.level = EvidenceLevel::total;
  write_evidence(folder.path("e.h5"), evidence);
  expect_same(read_evidence(folder.path("e.h5")), evidence);
}

TEST(EvidenceFile, IsLittleLargerThanItsFactors) {
  const TemporaryFolder folder;
  const Evidence evidence = made_evidence();
  write_evidence(folder.path("e.h5"), evidence);
  const auto size = static_cast<double>(std::filesystem::file_size(folder.path("e.h5")));
  EXPECT_GE(size, evidence.bytes());
  EXPECT_LE(size, evidence.bytes() + 64e3);
}

TEST(EvidenceFile, OtherFilesAreRefusedByName) {
  const TemporaryFolder folder;
  const std::string path = folder.path("evidence.h5");
  const auto complaint = [&] { return message_of<Error>([&] { read_evidence(path); }); };
  EXPECT_EQ(complaint(), path + ": no such file");
  folder.file("evidence.h5", "something");
  EXPECT_EQ(complaint(), path + ": is not an HDF5 file, or is damaged or cut short");
  {
    Hdf5Writer file(path);
    file.text("something", "else");
    file.commit();
  }
  EXPECT_EQ(complaint(), path + ": is not a file of evidence");
  {
    Hdf5Writer file(path);
    file.text("format", "carillon-evidence");
    file.integers("format_version", std::vector<std::int64_t>{2});
    file.commit();
  }
  EXPECT_EQ(complaint(), path + ": format version 2 is not known; this program reads 1");
  EXPECT_NE(message_of<InputError>([&] { read_block_evidence(folder.path("no")); }).find("'evidence: groups' leaves it"),
            std::string::npos);
}

// Fuzz: bits spoiled and ends cut off all over the file. What is read is the evidence or an error that names the file.
TEST(EvidenceFile, DamageIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.path("evidence.h5");
  const Evidence evidence = made_evidence();
  write_evidence(path, evidence);
  std::ifstream file(path, std::ios::binary);
  const std::string sound{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  int refused = 0;
  for (std::size_t place = 11; place < sound.size(); place += sound.size() / 150) {
    std::string bytes = sound;
    bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
    folder.file("evidence.h5", bytes);
    try {
      expect_same(read_evidence(path), evidence);
    } catch (const InputError& problem) {
      EXPECT_TRUE(std::string(problem.what()).starts_with(path)) << problem.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 20);
  // A factor's numbers are the last thing that may be wrong unseen.
  const double number = evidence.groups.at({"hot", RowKind::energy, 0}).packed()[5];
  std::string bytes = sound;
  const char* pattern = reinterpret_cast<const char*>(&number);
  const auto place = std::search(bytes.begin(), bytes.end(), pattern, pattern + sizeof number);
  ASSERT_NE(place, bytes.end());
  *place = static_cast<char>(*place ^ 1);
  folder.file("evidence.h5", bytes);
  EXPECT_EQ(message_of<InputError>([&] { read_evidence(path); }),
            path + ": dataset groups/2/packed is damaged: its checksum does not fit");
  folder.file("evidence.h5", sound.substr(0, sound.size() - 100));
  EXPECT_TRUE(message_of<InputError>([&] { read_evidence(path); }).starts_with(path));
}

}  // namespace
}  // namespace carillon
