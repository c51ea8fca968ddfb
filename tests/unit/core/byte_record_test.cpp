#include "carillon/core/byte_record.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

std::string sample() {
  const std::vector<double> list{0.1, -std::numeric_limits<double>::infinity(), 5e-324};
  return ByteWriter().integer(-7).number(0.1 + 0.2).text(std::string_view("a\0b", 3)).numbers(list).numbers({}).take();
}

TEST(ByteRecord, IdentityWhatIsWrittenIsRead) {
  const std::string bytes = sample();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.integer(), -7);
  EXPECT_EQ(reader.number(), 0.1 + 0.2);
  EXPECT_EQ(reader.text(), std::string_view("a\0b", 3));
  EXPECT_EQ(reader.numbers(), (std::vector<double>{0.1, -std::numeric_limits<double>::infinity(), 5e-324}));
  EXPECT_FALSE(reader.at_end());
  EXPECT_TRUE(reader.numbers().empty());
  EXPECT_TRUE(reader.at_end());
  EXPECT_NO_THROW(reader.end());
}

TEST(ByteRecord, NanIsKept) {
  const std::string bytes = ByteWriter().number(std::nan("")).take();
  EXPECT_TRUE(std::isnan(ByteReader(bytes).number()));
}

void read_sample(std::string_view bytes) {
  ByteReader reader(bytes);
  reader.integer();
  reader.number();
  reader.text();
  reader.numbers();
  reader.numbers();
  reader.end();
}

TEST(ByteRecord, EveryTruncationAndEveryByteTooManyIsAnError) {
  const std::string bytes = sample();
  EXPECT_NO_THROW(read_sample(bytes));
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW(read_sample(std::string_view(bytes).substr(0, length)), InputError) << length;
  EXPECT_THROW(read_sample(bytes + "x"), InputError);
}

TEST(ByteRecord, AnAbsurdLengthIsRefusedBeforeItIsAllocated) {
  for (const long length : {-1L, 1L << 62, std::numeric_limits<long>::max()}) {
    const std::string bytes = ByteWriter().integer(length).take();
    EXPECT_THROW(ByteReader(bytes).numbers(), InputError);
    EXPECT_THROW(ByteReader(bytes).text(), InputError);
  }
}

TEST(ByteRecord, IdentityASinkGetsTheSameBytes) {
  const std::vector<double> numbers{1.5, -0.0};
  const auto write = [&](ByteWriter& to) { to.integer(3).text("abc").numbers(numbers).raw("xyz"); };
  ByteWriter whole;
  write(whole);
  std::string pieces;
  ByteWriter to([&](std::string_view bytes) { pieces += bytes; });
  write(to);
  EXPECT_EQ(pieces, whole.take());
  EXPECT_EQ(to.take(), "");
}

TEST(ByteRecord, AListIntoPlaceHasJustItsLength) {
  const std::vector<double> numbers{1.5, 2.5};
  const std::string bytes = ByteWriter().numbers(numbers).take();
  std::vector<double> two(2), three(3);
  ByteReader(bytes).numbers(two);
  EXPECT_EQ(two, numbers);
  EXPECT_THROW(ByteReader(bytes).numbers(three), InputError);
}

}  // namespace
}  // namespace carillon
