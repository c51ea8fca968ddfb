#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "carillon/core/parallel.hpp"
#include "carillon/core/progress.hpp"

namespace carillon {

/// What all verbs share: the processes, and the options every verb has.
struct Session {
  Communicator world;
  int threads = 0;  ///< 0: the cores available
  std::string log_level = "info";
  int exit_status = 0;  ///< of a verb that did its work: 3 when an audit found errors, or a validation case failed

  /// Applies the common options; a verb calls it first.
  void start() const;
  /// Progress on the root's terminal or log, unless the log level hides it.
  Progress progress(const std::string& title) const;
};

/// Adds --threads and --log-level to a verb.
void add_common_options(CLI::App& verb, Session& session);

// The verbs, one file each (src/cli/<verb>.cpp). Each adds a subcommand whose callback does the work.
void add_fit_verb(CLI::App& app, Session& session);
void add_train_verb(CLI::App& app, Session& session);
void add_refit_verb(CLI::App& app, Session& session);
void add_merge_verb(CLI::App& app, Session& session);
void add_evaluate_verb(CLI::App& app, Session& session);
void add_compose_verb(CLI::App& app, Session& session);
void add_blocks_verb(CLI::App& app, Session& session);
void add_sample_verb(CLI::App& app, Session& session);
void add_select_verb(CLI::App& app, Session& session);
void add_convert_verb(CLI::App& app, Session& session);
void add_export_verb(CLI::App& app, Session& session);
void add_rereference_verb(CLI::App& app, Session& session);
void add_audit_verb(CLI::App& app, Session& session);
void add_validate_verb(CLI::App& app, Session& session);

}  // namespace carillon
