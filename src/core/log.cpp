#include "carillon/core/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "carillon/core/error.hpp"

namespace carillon {

void start_log(const std::string& level, bool quiet) {
  constexpr std::array<std::string_view, 6> levels = {"trace", "debug", "info", "warning", "error", "off"};
  if (std::find(levels.begin(), levels.end(), level) == levels.end())
    throw InputError("log level '" + level + "' is not one of: trace, debug, info, warning, error, off");
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("carillon", sink);
  logger->set_pattern("%v");
  logger->set_level(quiet ? spdlog::level::off : spdlog::level::from_str(level));
  spdlog::set_default_logger(logger);
}

void log_to_file(const std::string& path, bool append) {
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path, !append);
    sink->set_pattern("%Y-%m-%d %H:%M:%S %l %v");
    spdlog::default_logger()->sinks().push_back(sink);
    spdlog::flush_on(spdlog::level::info);
  } catch (const spdlog::spdlog_ex& problem) {
    throw FileError(path + ": the log cannot be written: " + problem.what());
  }
}

}  // namespace carillon
