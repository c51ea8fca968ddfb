#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace carillon::testing {

/// A file or folder of the reference data that lie beside the project and are not part of it.
inline std::string shared_data(const std::string& name) { return std::string(CARILLON_SHARED_DATA) + "/" + name; }

/// Where test data come and go, a test that needs them says so instead of passing.
#define CARILLON_SKIP_WITHOUT(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the reference data are absent: " << (path)

}  // namespace carillon::testing
