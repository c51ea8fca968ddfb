#include "carillon/core/hash.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

// Oracle: the examples of FIPS 180-4 (and of its predecessors), published by NIST.
TEST(Sha256, OracleNistExamples) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, IdentityOfFileAndBytes) {
  const testing::TemporaryFolder folder;
  const std::string bytes("a\0b\r\n", 5);
  EXPECT_EQ(sha256_of_file(folder.file("a", bytes)), sha256(bytes));
  EXPECT_NE(sha256(bytes), sha256("a"));
  EXPECT_THROW(sha256_of_file(folder.path("absent")), FileError);
}

}  // namespace
}  // namespace carillon
