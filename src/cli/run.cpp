#include "carillon/cli/run.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <new>

#include "carillon/cli/help_formatter.hpp"
#include "carillon/cli/session.hpp"
#include "carillon/core/error.hpp"
#include "carillon/core/interrupt.hpp"
#include "carillon/core/version.hpp"

namespace carillon {
namespace {

constexpr int failed = 1;
constexpr int wrong_use = 2;
constexpr const char* out_of_memory = "not enough memory; 'carillon fit --dry-run' tells how much a fit needs";

void print_error(const char* message) { fmt::print(stderr, "carillon: error: {}\n", message); }

/// An error that only this rank knows of: the others would wait for it for ever.
int end_after_local_error(const Communicator& world, const char* message) {
  print_error(message);
  if (world.size() > 1) MPI_Abort(world.handle(), failed);
  return failed;
}

std::string verb_names(const CLI::App& app) {
  std::string names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    names += (names.empty() ? "" : ", ") + verb->get_name();
  return names;
}

/// CLI11 would only say that a subcommand is required.
void require_verb(const CLI::App& app, int argc, char** argv) {
  const std::string known = "expected one of " + verb_names(app);
  if (argc < 2) throw CLI::ParseError("no verb given; " + known, CLI::ExitCodes::RequiredError);
  const std::string word = argv[1];
  const bool is_verb = !app.get_subcommands([&](const CLI::App* verb) { return verb->get_name() == word; }).empty();
  if (!word.starts_with('-') && !is_verb)
    throw CLI::ParseError("unknown verb '" + word + "'; " + known, CLI::ExitCodes::ExtrasError);
}

std::string wrong_use_message(const CLI::App*, const CLI::Error& problem) {
  return fmt::format("carillon: error: {}\n'carillon --help' and 'carillon VERB --help' tell more\n", problem.what());
}

/// A table that never reached its file or pipe is a failure, not a success without output.
int end_of_output() {
  std::cout.flush();
  if (std::cout.good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  print_error("standard output: cannot be written");
  return failed;
}

int parse_and_run(CLI::App& app, int argc, char** argv, const Session& session) {
  const Communicator& world = session.world;
  try {
    require_verb(app, argc, argv);
    app.parse(argc, argv);
    const int lost = end_of_output();
    return lost != 0 ? lost : session.exit_status;
  } catch (const CLI::ParseError& problem) {
    if (world.is_root()) app.exit(problem);  // prints help, version or the complaint
    if (problem.get_exit_code() != 0) return wrong_use;
    return world.is_root() ? end_of_output() : 0;
  } catch (const Interrupted& stop) {
    if (world.is_root()) fmt::print(stderr, "carillon: interrupted; run the same command again to continue\n");
    return stop.exit_status();
  } catch (const AgreedMemoryError&) {
    if (world.is_root()) print_error(out_of_memory);
    return failed;
  } catch (const AgreedError& problem) {
    if (world.is_root()) print_error(problem.what());
    return failed;
  } catch (const std::bad_alloc&) {
    return end_after_local_error(world, out_of_memory);
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
  app.set_version_flag("--version", version_description() + "cli11    " CLI11_VERSION);
  app.require_subcommand(1);
  app.formatter(std::make_shared<HelpFormatter>());
  app.failure_message(wrong_use_message);
  app.footer(
      "Start with 'carillon fit fits/quickstart.yaml -o result'; 'carillon VERB --help' tells more.\n"
      "Exit status: 0 done, 1 failed, 2 wrong use, 3 an audit or a validation case failed, 143 or 130 "
      "interrupted by SIGTERM or SIGINT.");
  add_fit_verb(app, session);
  add_train_verb(app, session);
  add_refit_verb(app, session);
  add_merge_verb(app, session);
  add_evaluate_verb(app, session);
  add_compose_verb(app, session);
  add_blocks_verb(app, session);
  add_sample_verb(app, session);
  add_select_verb(app, session);
  add_convert_verb(app, session);
  add_export_verb(app, session);
  add_rereference_verb(app, session);
  add_audit_verb(app, session);
  add_validate_verb(app, session);
  for (CLI::App* verb : app.get_subcommands({})) {
    verb->group("Verbs");
    add_common_options(*verb, session);
  }
  return parse_and_run(app, argc, argv, session);
}

}  // namespace carillon
