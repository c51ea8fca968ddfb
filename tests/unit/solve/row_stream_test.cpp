#include "carillon/solve/row_stream.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "unit/solve/random_rows.hpp"

namespace carillon {
namespace {

using testing::random_rows;
using testing::RowMatrix;

constexpr long columns = 12;
constexpr long row_block = 16;

void append(RowStream& stream, const RowMatrix& rows, long begin, long end) {
  stream.append({rows.data() + begin * columns, static_cast<std::size_t>((end - begin) * columns)}, end - begin);
}

std::string factor_in_one_go(const RowMatrix& rows) {
  RowStream stream(columns, row_block);
  append(stream, rows, 0, rows.rows());
  return stream.finish().serialize();
}

// Stopped with no row yet, with waiting rows only, at the very end of a step, in a later step, after the last row.
TEST(RowStreamSerialize, IdentityARestoredStreamGoesOnToTheSameBits) {
  const RowMatrix rows = random_rows(75, columns, 3);
  const std::string expected = factor_in_one_go(rows);
  for (const long stop : {0L, 5L, 15L, 16L, 17L, 40L, 64L, 75L}) {
    RowStream first(columns, row_block);
    append(first, rows, 0, stop);
    RowStream second = RowStream::deserialize(first.serialize());
    EXPECT_EQ(second.columns(), columns);
    append(second, rows, stop, rows.rows());
    EXPECT_TRUE(second.finish().serialize() == expected) << "stopped after " << stop << " rows";
    append(first, rows, stop, rows.rows());
    EXPECT_TRUE(first.finish().serialize() == expected) << "serialize() must not disturb the stream itself";
  }
}

TEST(RowStreamSerialize, EveryTruncationIsAnError) {
  const RowMatrix rows = random_rows(20, columns, 4);
  RowStream stream(columns, row_block);
  append(stream, rows, 0, 20);
  const std::string bytes = stream.serialize();
  for (std::size_t length = 0; length < bytes.size(); length += 3)
    EXPECT_THROW(RowStream::deserialize(std::string_view(bytes).substr(0, length)), InputError) << length;
  EXPECT_THROW(RowStream::deserialize(bytes + "x"), InputError);
}

}  // namespace
}  // namespace carillon
