#include "carillon/cli/run.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <new>

#include "carillon/cli/session.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/version.hpp"

namespace carillon {
namespace {

constexpr int failed = 1;
constexpr int wrong_use = 2;

void print_error(const char* message) { fmt::print(stderr, "carillon: error: {}\n", message); }

/// An error that only this rank knows of: the others would wait for it for ever.
int end_after_local_error(const Communicator& world, const char* message) {
  print_error(message);
  if (world.size() > 1) MPI_Abort(world.handle(), failed);
  return failed;
}

int parse_and_run(CLI::App& app, int argc, char** argv, const Communicator& world) {
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& problem) {
    if (world.is_root()) app.exit(problem);  // prints help, version or the complaint
    return problem.get_exit_code() == 0 ? 0 : wrong_use;
  } catch (const Interrupted& stop) {
    if (world.is_root()) fmt::print(stderr, "carillon: interrupted; run the same command again to continue\n");
    return stop.exit_status();
  } catch (const AgreedError& problem) {
    if (world.is_root()) print_error(problem.what());
    return failed;
  } catch (const std::bad_alloc&) {
    return end_after_local_error(world, "not enough memory; 'carillon fit --dry-run' tells how much a fit needs");
  } catch (const std::exception& problem) {
    return end_after_local_error(world, problem.what());
  }
}

}  // namespace

int run_command_line(int argc, char** argv) {
  const MpiSession mpi;
  Session session;
  session.world = mpi.world();

  CLI::App app("Carillon fits interatomic potentials block by block, for chemistry under extreme conditions.", "carillon");
  app.set_version_flag("--version", version_description());
  app.require_subcommand(1);
  app.footer(
      "'carillon VERB --help' tells more. Exit status: 0 done, 1 failed, 2 wrong use, 143 or 130 interrupted by SIGTERM or "
      "SIGINT.");
  add_fit_verb(app, session);
  add_evaluate_verb(app, session);
  add_compose_verb(app, session);
  add_blocks_verb(app, session);
  add_convert_verb(app, session);
  add_export_verb(app, session);
  for (CLI::App* verb : app.get_subcommands({})) add_common_options(*verb, session);
  return parse_and_run(app, argc, argv, session.world);
}

}  // namespace carillon
