#include "carillon/cli/plots.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "carillon/cli/evaluation.hpp"

extern char** environ;

namespace carillon {
namespace {

namespace fs = std::filesystem;

/// In an installed tree at a fixed place beside the program; in a build tree the folder `scripts` beside it leads to the
/// source's.
fs::path find_script(const std::string& name) {
  std::error_code problem;
  const fs::path folder = fs::read_symlink("/proc/self/exe", problem).parent_path();
  for (const fs::path& scripts : {folder / CARILLON_SCRIPTS_FROM_PROGRAM, folder / "scripts"})
    if (fs::exists(scripts / name, problem)) return (scripts / name).lexically_normal();
  return {};
}

/// @param command  a program, by its path or its name on the search path, and its arguments
/// @return its exit status; -1 when it cannot be started or was killed
int run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

/// The interpreter the environment names, or else the first python3 that has matplotlib: of the search path (an activated
/// environment), then the system's. Empty when there is none.
std::string find_python() {
  if (const char* named = std::getenv("CARILLON_PYTHON"); named && *named) return named;
  constexpr const char* probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('matplotlib') is None)";
  for (const std::string python : {"python3", "/usr/bin/python3"})
    if (run({python, "-c", probe}) == 0) return python;
  return "";
}

}  // namespace

bool draw_plots(const std::string& what, const std::string& script, const std::vector<std::string>& arguments) {
  const fs::path path = find_script(script);
  if (path.empty()) {
    spdlog::warn("no {}: {} was not found", what, script);
    return false;
  }
  const std::string python = find_python();
  if (python.empty()) {
    spdlog::warn("no {}: no python3 that has matplotlib was found (the environment's CARILLON_PYTHON names another)", what);
    return false;
  }
  std::vector<std::string> command = {python, path.string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const int status = run(command);
  const std::string end =
      status < 0 ? "could not be started or was ended by a signal" : fmt::format("ended with status {}", status);
  if (status != 0) spdlog::warn("no {}: {} {} {}", what, python, path.string(), end);
  return status == 0;
}

bool draw_parity_plots(const std::string& parity_csv, const std::string& folder) {
  return draw_plots("parity plots", "plot_parity.py", {parity_csv, "--output", folder});
}

}  // namespace carillon
