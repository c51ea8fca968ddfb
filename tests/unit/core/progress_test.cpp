#include "carillon/core/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "carillon/core/log.hpp"

namespace carillon {
namespace {

/// What reaches standard error, which is no terminal here, from `total` updates.
std::string shown(bool is_shown, long total) {
  ::testing::internal::CaptureStderr();
  start_log("info", false);
  {
    Progress progress("design rows", is_shown);
    const ProgressCallback callback = progress.callback();
    for (long done = 0; done <= total; ++done) callback(done, total);
  }
  return ::testing::internal::GetCapturedStderr();
}

TEST(Progress, ALogGetsOneLineForEachTenth) {
  const std::string text = shown(true, 1000);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_NE(text.find("design rows: 0 of 1000 (0 %)"), std::string::npos) << text;
  EXPECT_NE(text.find("design rows: 300 of 1000 (30 %)"), std::string::npos) << text;
  EXPECT_NE(text.find("design rows: 1000 of 1000 (100 %)"), std::string::npos) << text;
  EXPECT_EQ(text.find('\r'), std::string::npos) << "bars are for terminals";
}

TEST(Progress, LittleWorkGivesALineForEachPiece) {
  const std::string text = shown(true, 2);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
}

TEST(Progress, NothingIsShownWhenHiddenOrWithoutWork) {
  EXPECT_EQ(shown(false, 1000), "");
  EXPECT_EQ(shown(true, 0), "");
}

}  // namespace
}  // namespace carillon
