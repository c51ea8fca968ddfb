#include "carillon/core/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "carillon/core/error.hpp"

namespace carillon {
namespace {

/// `warning: ` before warnings, nothing before the rest: a terminal shows the text of a log alone.
class WarningMark : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    constexpr std::string_view mark = "warning: ";
    if (message.level == spdlog::level::warn) out.append(mark.data(), mark.data() + mark.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<WarningMark>(); }
};

}  // namespace

void start_log(const std::string& level, bool quiet) {
  constexpr std::array<std::string_view, 6> levels = {"trace", "debug", "info", "warning", "error", "off"};
  if (std::find(levels.begin(), levels.end(), level) == levels.end())
    throw InputError("log level '" + level + "' is not one of: trace, debug, info, warning, error, off");
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("carillon", sink);
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<WarningMark>('W').set_pattern("%W%v");
  logger->set_formatter(std::move(formatter));
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
