#include "carillon/cli/session.hpp"

#include "carillon/core/log.hpp"

namespace carillon {

void Session::start() const {
  start_log(log_level, !world.is_root());
  set_threads(threads > 0 ? threads : available_threads(world));
}

Progress Session::progress(const std::string& title) const {
  const bool shown = world.is_root() && (log_level == "info" || log_level == "debug" || log_level == "trace");
  return {title, shown};
}

void add_common_options(CLI::App& verb, Session& session) {
  verb.add_option("--threads", session.threads, "threads of each process; default: the cores available, shared among the ranks")
      ->check(CLI::Range(1, 4096))
      ->option_text("NUMBER");
  verb.add_option("--log-level", session.log_level,
                  "how much to tell on standard error: trace, debug, info, warning, error, off; default: info")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "off"}))
      ->option_text("LEVEL");
}

}  // namespace carillon
