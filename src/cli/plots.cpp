#include <fcntl.h>
#include <spawn.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>

#include <array>
#include <filesystem>

#include "carillon/cli/evaluation.hpp"

extern char** environ;

namespace carillon {
namespace {

namespace fs = std::filesystem;

/// Installed: <prefix>/share/carillon/scripts beside <prefix>/bin. In a build tree: the scripts of the source it was made from.
fs::path find_script(const char* name) {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  for (const fs::path& folder :
       {program.parent_path().parent_path() / "share" / "carillon" / "scripts", fs::path(CARILLON_SOURCE_SCRIPTS)})
    if (fs::exists(folder / name, problem)) return folder / name;
  return {};
}

int run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace

bool draw_parity_plots(const std::string& parity_csv, const std::string& folder) {
  const fs::path script = find_script("plot_parity.py");
  if (script.empty()) {
    spdlog::warn("no parity plots: plot_parity.py was not found");
    return false;
  }
  // Debian's own interpreter: another python3 on the path may lack matplotlib.
  const int status = run({"/usr/bin/python3", script.string(), parity_csv, "--output", folder});
  if (status != 0)
    spdlog::warn("no parity plots: {} ended with status {} (it needs python3-matplotlib)", script.string(), status);
  return status == 0;
}

}  // namespace carillon
