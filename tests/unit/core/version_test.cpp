#include "carillon/core/version.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace carillon {
namespace {

TEST(Version, IsThreeNumbers) { EXPECT_TRUE(std::regex_match(version(), std::regex(R"(\d+\.\d+\.\d+)"))) << version(); }

TEST(Version, DescriptionHoldsWhatAReportNeeds) {
  const std::string text = version_description();
  for (const char* part : {"carillon ", "compiler ", "blas ", "mpi ", "openmp ", "eigen ", "hdf5 "})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  EXPECT_NE(text.find(version() + " (" + git_hash() + ")"), std::string::npos);
}

}  // namespace
}  // namespace carillon
