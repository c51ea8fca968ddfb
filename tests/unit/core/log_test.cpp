#include "carillon/core/log.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

/// What reaches standard error from one message of each kind.
std::string logged(const std::string& level, bool quiet) {
  ::testing::internal::CaptureStderr();
  start_log(level, quiet);
  spdlog::debug("a detail");
  spdlog::info("a fact");
  spdlog::warn("a warning");
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, TheLevelDecidesWhatIsShown) {
  EXPECT_EQ(logged("debug", false), "a detail\na fact\nwarning: a warning\n");
  EXPECT_EQ(logged("info", false), "a fact\nwarning: a warning\n");
  EXPECT_EQ(logged("warning", false), "warning: a warning\n");
  EXPECT_EQ(logged("off", false), "");
  EXPECT_EQ(logged("debug", true), "");
}

TEST(Log, AnUnknownLevelIsRefused) {
  EXPECT_EQ(testing::message_of<InputError>([] { start_log("loud", false); }),
            "log level 'loud' is not one of: trace, debug, info, warning, error, off");
}

TEST(LogToFile, KeepsWhatIsLoggedFromThenOn) {
  const testing::TemporaryFolder folder;
  ::testing::internal::CaptureStderr();
  start_log("info", false);
  spdlog::info("before");
  log_to_file(folder.path("run.log"));
  spdlog::info("after");
  start_log("off", false);  // lets go of the file
  ::testing::internal::GetCapturedStderr();
  const TextFile file(folder.path("run.log"));
  EXPECT_EQ(file.text().find("before"), std::string_view::npos);
  EXPECT_NE(file.text().find("info after\n"), std::string_view::npos);
}

TEST(LogToFile, AFolderThatCannotBeMadeIsNamed) {
  EXPECT_THROW(log_to_file("/proc/nowhere/run.log"), FileError);
}

}  // namespace
}  // namespace carillon
