#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace carillon {

/// What long library calls report to: how much of a known amount of work is done.
using ProgressCallback = std::function<void(long done, long total)>;

/// Shows progress on standard error: a bar with the time left on a terminal, a plain line every tenth of the work
/// elsewhere (log files, batch jobs).
class Progress {
public:
  /// @param title  what is being done: `design rows`
  /// @param shown  false makes it silent (other MPI ranks, quiet logs)
  Progress(std::string title, bool shown);
  ~Progress();

  void update(long done, long total);
  ProgressCallback callback();

private:
  std::string title_;
  bool shown_;
  bool terminal_;
  bool bar_open_ = false;
  long last_tenth_ = -1;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_drawn_;
};

}  // namespace carillon
