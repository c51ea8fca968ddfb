#include "carillon/cli/observer.hpp"

#include <spdlog/spdlog.h>

#include <memory>

namespace carillon {

std::function<void(const std::string& line)> to_log() {
  return [](const std::string& line) { spdlog::info("{}", line); };
}

std::function<void(const std::string& line)> to_warnings() {
  return [](const std::string& line) { spdlog::warn("{}", line); };
}

std::function<ProgressCallback(const std::string& title)> to_progress(const Session& session) {
  return [&session](const std::string& title) {
    auto progress = std::make_shared<Progress>(session.progress(title));
    return [progress](long done, long total) { progress->update(done, total); };
  };
}

}  // namespace carillon
