#pragma once

#include "carillon/fit/pipeline.hpp"

namespace carillon::testing {

/// Takes what a fit tells while it runs and keeps quiet.
inline FitObserver silent_observer() {
  return {.note = [](const std::string&) {}, .progress = [](const std::string&) { return ProgressCallback([](long, long) {}); }};
}

}  // namespace carillon::testing
