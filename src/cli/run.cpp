#include "carillon/cli/run.hpp"

#include <fmt/format.h>

#include "carillon/core/version.hpp"

namespace carillon {

int run_command_line(int, char**) {
  fmt::print("{}", version_description());
  return 0;
}

}  // namespace carillon
