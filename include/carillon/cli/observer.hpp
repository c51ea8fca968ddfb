#pragma once

#include <functional>
#include <string>

#include "carillon/cli/session.hpp"

namespace carillon {

/// What a long piece of work may be given to tell with: lines for the log, and a progress display for a title.
std::function<void(const std::string& line)> to_log();
std::function<void(const std::string& line)> to_warnings();
std::function<ProgressCallback(const std::string& title)> to_progress(const Session& session);

/// @tparam Observer  FitObserver or TrainingObserver
template <class Observer>
Observer observer_of(const Session& session) {
  return {to_log(), to_progress(session), to_warnings()};
}

}  // namespace carillon
