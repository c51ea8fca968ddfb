#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace carillon::testing {

/// A folder of its own for one test, gone with it.
class TemporaryFolder {
public:
  TemporaryFolder() {
    static std::atomic<int> counter = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("carillon-test-" + std::to_string(getpid()) + "-" + std::to_string(counter.fetch_add(1)));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }

  /// Writes a file and returns its path.
  std::string file(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path(name);
  }

private:
  std::filesystem::path path_;
};

/// What `action` throws: its message, or the empty text when it throws nothing of type Problem.
template <class Problem, class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Problem& problem) {
    return problem.what();
  }
  return {};
}

}  // namespace carillon::testing
