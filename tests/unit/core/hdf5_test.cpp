#include "carillon/core/hdf5.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <thread>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

using carillon::FileError;
using carillon::Hdf5Reader;
using carillon::Hdf5Writer;
using carillon::InputError;
using carillon::testing::message_of;
using carillon::testing::TemporaryFolder;

namespace {

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::vector<double> some_numbers{1.0 / 3.0, -0.0, std::numeric_limits<double>::denorm_min(),
                                       std::numeric_limits<double>::infinity()};

void write_example(const std::string& path) {
  Hdf5Writer writer(path);
  writer.text("meta/title", "C-N, 300 K: \xC3\x85");
  writer.integers("meta/shape", std::vector<std::int64_t>{-1, std::numeric_limits<std::int64_t>::max()});
  writer.numbers("factors/0/packed", some_numbers);
  writer.numbers("factors/1/packed", {});
  writer.commit();
}

}  // namespace

TEST(Hdf5, GivesBackWhatWasWrittenBitForBit) {
  const TemporaryFolder folder;
  write_example(folder.path("x.h5"));
  const Hdf5Reader reader(folder.path("x.h5"));
  EXPECT_EQ(reader.text("meta/title"), "C-N, 300 K: \xC3\x85");
  EXPECT_EQ(reader.integers("meta/shape"), (std::vector<std::int64_t>{-1, std::numeric_limits<std::int64_t>::max()}));
  const std::vector<double> numbers = reader.numbers("factors/0/packed");
  EXPECT_EQ(numbers, some_numbers);
  EXPECT_TRUE(std::signbit(numbers[1]));
  EXPECT_TRUE(reader.numbers("factors/1/packed").empty());
  EXPECT_TRUE(reader.has("meta/title"));
  EXPECT_FALSE(reader.has("meta/nothing"));
  EXPECT_FALSE(reader.has("nothing/title"));
}

TEST(Hdf5, SameContentsGiveTheSameBytes) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // the library's times are in seconds
  write_example(folder.path("b.h5"));
  EXPECT_EQ(read_bytes(folder.path("a.h5")), read_bytes(folder.path("b.h5")));
}

TEST(Hdf5, WithoutCommitAnEarlierFileStays) {
  const TemporaryFolder folder;
  write_example(folder.path("x.h5"));
  const std::string before = read_bytes(folder.path("x.h5"));
  { Hdf5Writer(folder.path("x.h5")).text("a", "b"); }
  EXPECT_EQ(read_bytes(folder.path("x.h5")), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path("")), {}), 1);
}

TEST(Hdf5, ComplaintsNameFileAndDataset) {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  write_example(path);
  const Hdf5Reader reader(path);
  EXPECT_EQ(message_of<InputError>([&] { (void)reader.text("missing"); }), path + ": has no dataset missing");
  EXPECT_EQ(message_of<InputError>([&] { (void)reader.numbers("meta/shape"); }),
            path + ": dataset meta/shape does not hold numbers");
  EXPECT_EQ(message_of<InputError>([&] { (void)reader.integer("meta/shape"); }),
            path + ": dataset meta/shape does not hold one integer");
  EXPECT_EQ(message_of<FileError>([&] { Hdf5Reader(folder.path("absent.h5")); }), folder.path("absent.h5") + ": no such file");
  const std::string text = folder.file("text.h5", "not HDF5 at all");
  EXPECT_EQ(message_of<InputError>([&] { Hdf5Reader{text}; }), text + ": is not an HDF5 file, or is damaged or cut short");
  EXPECT_EQ(message_of<FileError>([&] { Hdf5Writer(folder.path("no/such/folder.h5")); }),
            folder.path("no/such/folder.h5") + ": cannot be written");
  Hdf5Writer twice(folder.path("y.h5"));
  twice.text("a", "b");
  EXPECT_EQ(message_of<FileError>([&] { twice.text("a", "c"); }), folder.path("y.h5") + ": dataset a cannot be written");
}

// Bytes all over the file are spoiled in turn: what the reader then gives is right or refused, never wrong.
TEST(Hdf5, DamageIsNeverGivenBackAsData) {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  write_example(path);
  const std::string sound = read_bytes(path);
  long refused = 0;
  for (std::size_t place = 0; place < sound.size(); place += 53) {
    std::string bytes = sound;
    bytes[place] = static_cast<char>(bytes[place] ^ 0x40);
    folder.file("x.h5", bytes);
    try {
      const Hdf5Reader reader(path);
      EXPECT_EQ(reader.text("meta/title"), "C-N, 300 K: \xC3\x85") << "byte " << place;
      EXPECT_EQ(reader.numbers("factors/0/packed"), some_numbers) << "byte " << place;
    } catch (const carillon::Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
  folder.file("x.h5", sound.substr(0, sound.size() / 2));
  EXPECT_THROW(Hdf5Reader{path}, InputError);
}
