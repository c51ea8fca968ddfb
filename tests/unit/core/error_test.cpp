#include "carillon/core/error.hpp"

#include <gtest/gtest.h>

#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;

TEST(Location, NamesWhatIsKnownAndNothingElse) {
  EXPECT_EQ((Location{"train.extxyz", 217, 3, 14}.text()), "train.extxyz:217: frame 3, atom 14");
  EXPECT_EQ((Location{"train.extxyz", 217}.text()), "train.extxyz:217");
  EXPECT_EQ((Location{"train.extxyz"}.text()), "train.extxyz");
  EXPECT_EQ((Location{"train.extxyz", 0, 3}.text()), "train.extxyz: frame 3");
  EXPECT_EQ((Location{"train.extxyz", 5, -1, 2}.text()), "train.extxyz:5: atom 2");
  EXPECT_EQ((Location{"", 0, 0, 0}.text()), "frame 0, atom 0") << "the first frame and atom have number 0";
  EXPECT_EQ(Location{}.text(), "");
}

TEST(FailAt, PutsThePlaceBeforeTheProblem) {
  EXPECT_EQ(message_of<InputError>([] { fail_at({"a.xyz", 3}, "force y is nan"); }), "a.xyz:3: force y is nan");
  EXPECT_EQ(message_of<InputError>([] { fail_at({}, "force y is nan"); }), "force y is nan");
}

TEST(Error, EveryKindIsAnError) {
  EXPECT_THROW(throw InputError(""), Error);
  EXPECT_THROW(throw FileError(""), Error);
  EXPECT_THROW(throw DomainError(""), Error);
  EXPECT_THROW(throw ShapeError(""), Error);
}

}  // namespace
}  // namespace carillon
